import type { CommanderError } from 'commander';
import type { Remedy } from '../lib/domain/remedy.ts';
import { commandIn, commandsOf, wordsOf } from './command-table.ts';
import { runCommand, type CommandRemedy } from './complaint.ts';
import { usageError, type CliError } from './exit.ts';
import { shellWord } from './shell.ts';
import { insteadOf, withoutKind } from './words-instead.ts';

/** The code of a problem for each error of the argument parser. */
const CODES: Record<string, string> = {
  'commander.unknownCommand': 'UNKNOWN_COMMAND',
  'commander.unknownOption': 'UNKNOWN_FLAG',
  'commander.missingArgument': 'MISSING_ARGUMENT',
  'commander.excessArguments': 'TOO_MANY_ARGUMENTS',
  'commander.optionMissingArgument': 'MISSING_VALUE',
  'commander.invalidArgument': 'INVALID_VALUE',
};

/** An error of the argument parser in the style of all other errors. */
export function usageErrorOf({ code, message }: CommanderError, words: readonly string[]): CliError {
  if (code === 'commander.help') return missingCommand(words);
  const [first = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const wrong = /^unknown (?:command|option) '(.+)'/.exec(first)?.[1] ?? '';
  const nearest = /Did you mean (?:one of )?([^,?]+)/.exec(hint)?.[1];
  return usageError(sentenceOf(first), adviceFor(wrong, nearest, words), CODES[code]);
}

/** `matcha stack` and `matcha --json` name no command. */
function missingCommand(words: readonly string[]): CliError {
  const noun = words.find((word) => commandsOf(word).length > 0);
  if (noun === undefined) return usageError('A command is missing.', helpOf([]), 'MISSING_COMMAND');
  const verbs = commandsOf(noun).map((spec) => wordsOf(spec)[1]);
  const message = `matcha ${noun} needs one of these commands: ${verbs.join(', ')}.`;
  return usageError(message, helpOf([noun]), 'MISSING_COMMAND');
}

function adviceFor(
  wrong: string,
  nearest: string | undefined,
  words: readonly string[],
): CommandRemedy | Remedy {
  const instead = withoutKind(words) ?? insteadOf(wrong, words);
  if (instead !== undefined) return instead;
  if (nearest === undefined) return helpOf(words);
  const corrected = words.map((word) => (word === wrong ? nearest : word));
  return runCommand(['matcha', ...corrected].map(shellWord).join(' '), `Did you mean ${nearest}?`);
}

/** The help of the command that was typed. */
function helpOf(words: readonly string[]): CommandRemedy {
  const spec = commandIn(words);
  const [noun = ''] = words;
  if (spec === undefined && commandsOf(noun).length === 0)
    return runCommand('matcha --help', 'See all commands.');
  const typed = spec === undefined ? [noun] : wordsOf(spec);
  const text = spec === undefined ? 'See its commands.' : 'See its arguments and flags.';
  return runCommand(['matcha', ...typed, '--help'].join(' '), text);
}

/** `option '--max-nodes <count>' argument 'x' is invalid. must be …`: quotes as elsewhere, one sentence. */
function sentenceOf(message: string): string {
  const [, flag, value, rule] =
    /^option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid\. (.*)$/.exec(message) ?? [];
  const [, missing] = /^option '(?:-\w, )?(--.*)' argument missing$/.exec(message) ?? [];
  if (missing !== undefined) return `${missing} needs a value.`;
  const text =
    flag === undefined ? message.replaceAll(/'([^']*)'/g, '"$1"') : `${flag} ${value ?? ''} ${rule ?? ''}`;
  const spoken = text.replace(/^(unknown|missing required) option/, '$1 flag');
  const start = spoken.startsWith('-') ? spoken : spoken.charAt(0).toUpperCase() + spoken.slice(1);
  return /[.?!]$/.test(start) ? start : `${start}.`;
}
