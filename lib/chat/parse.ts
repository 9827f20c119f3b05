import { REGIONS } from '../domain/regions.ts';
import { stackOf } from '../domain/operation-id.ts';
import type { Problem } from '../domain/problem.ts';
import { shorten } from '../domain/quote.ts';
import type { StackRequest } from '../domain/stack-request.ts';
import { suggest } from '../domain/suggest.ts';
import { nearestVerb, USAGE, verbOf, type Verb } from './commands.ts';
import { parseField, requestOf } from './fields.ts';

/** The verbs that only need the name of a stack. */
type OnStack = 'status' | 'events' | 'verify' | 'upgrade' | 'hibernate' | 'wake';

/** What somebody asked for in a chat. */
export type ChatCommand =
  | { do: 'help' | 'list' | 'whoami' | 'unlink' }
  | { do: OnStack; stack: string }
  | { do: 'plan' | 'provision'; stack: string; request: StackRequest }
  | { do: 'destroy'; stack: string; keepData: boolean }
  /** Without an operation, the active one of the stack. */
  | { do: 'cancel'; stack: string; operation?: string }
  /** `code` is sealed. */
  | { do: 'link' | 'confirm'; code: string }
  /** A field of a stack has a wrong value. */
  | { do: 'invalid'; stack: string; problem: Problem }
  /** Not understood; `text` says why and what to write instead. */
  | { do: 'unclear'; text: string };

/** The longest text that is read. */
const LONGEST = 2000;

const unclear = (text: string): ChatCommand => ({ do: 'unclear', text });

/**
 * Reads what somebody typed, or the command of a button. `presets` are those of the catalogue.
 */
export function parseCommand(text: string, presets: readonly string[]): ChatCommand {
  if (text.length > LONGEST) return unclear(`That is longer than ${LONGEST} characters.`);
  const [first = 'help', ...words] = text.replaceAll('`', ' ').trim().split(/\s+/).filter(Boolean);
  if (first === 'confirm') return { do: 'confirm', code: words[0] ?? '' };
  const verb = verbOf(first);
  if (verb === undefined) {
    const nearest = nearestVerb(first);
    const hint = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`;
    return unclear(`There is no command \`${quoted(first)}\`.${hint}`);
  }
  return commandOf(verb, words, presets);
}

function commandOf(verb: Verb, words: string[], presets: readonly string[]): ChatCommand {
  const [first, ...rest] = words;
  switch (verb) {
    case 'help':
    case 'list':
    case 'whoami':
    case 'unlink':
      return { do: verb };
    case 'link':
      return first === undefined ? missing(verb, 'a code') : { do: verb, code: first };
  }
  if (first === undefined) return missing(verb, 'the name of a stack');
  switch (verb) {
    case 'plan':
    case 'provision':
      return stackCommand(verb, first, rest, presets);
    case 'destroy':
      return rest.every((word) => word === 'keep-data')
        ? { do: verb, stack: first, keepData: rest.length > 0 }
        : unclear(`\`destroy ${quoted(first)}\` can only be followed by \`keep-data\`.`);
    case 'cancel': {
      const stack = stackOf(first);
      return stack === undefined ? { do: verb, stack: first } : { do: verb, stack, operation: first };
    }
    default:
      return rest.length === 0
        ? { do: verb, stack: first }
        : unclear(
            `\`${verb} ${quoted(first)}\` needs nothing more: \`${quoted(rest.join(' '))}\` is not clear.`,
          );
  }
}

/** Regions, presets and fields may come in any order. */
function stackCommand(
  verb: 'plan' | 'provision',
  stack: string,
  words: readonly string[],
  presets: readonly string[],
): ChatCommand {
  const fields: Record<string, unknown> = {};
  for (const word of words) {
    const field = parseField(word);
    if (field !== undefined) fields[field.path] = field.value;
    else if (presets.includes(word)) fields['preset'] = word;
    else if ((REGIONS as readonly string[]).includes(word.toLowerCase()))
      fields['location'] = word.toLowerCase();
    else {
      const nearest = suggest(word, [...presets, ...REGIONS]);
      const hint =
        nearest === undefined ? ` Presets are ${presets.join(' and ')}.` : ` Did you mean \`${nearest}\`?`;
      return unclear(`\`${quoted(word)}\` is neither a region nor a preset.${hint}`);
    }
  }
  const read = requestOf(fields);
  return 'problem' in read ? { do: 'invalid', stack, problem: read.problem } : { do: verb, stack, ...read };
}

const missing = (verb: Verb, what: string): ChatCommand =>
  unclear(`\`${verb}\` needs ${what}: \`${[verb, USAGE[verb].arguments].join(' ')}\`.`);

const quoted = (text: string): string => shorten(text, 60);
