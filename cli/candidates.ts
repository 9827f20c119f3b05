import { setTimeout as sleep } from 'node:timers/promises';
import { REGIONS } from '../lib/domain/regions.ts';
import { GLOBAL_FLAGS, type FlagSpec } from './command-flags.ts';
import { COMMANDS, commandsOf, GROUPS, wordsOf, type CommandSpec } from './command-table.ts';
import { createContext } from './context.ts';
import { allStacks } from './pages.ts';

/** What can be completed from lists. */
export type Kind = 'stack' | 'preset' | 'component' | 'slot' | 'region' | 'format' | 'shell';

const SHELLS = ['bash', 'zsh', 'fish'];

/** Arguments of commands, and values of flags, that are completed. */
const KINDS: Record<string, Kind> = {
  '[name]': 'stack',
  '[stack]': 'stack',
  '[tool]': 'component',
  '[resource]': 'slot',
  '<component>': 'component',
  '<preset>': 'preset',
  '<shell>': 'shell',
  '--stack': 'stack',
  '--name': 'stack',
  '--prefix': 'stack',
  '--confirm': 'stack',
  '--preset': 'preset',
  '--components': 'component',
  '--location': 'region',
  '--output': 'format',
};

/** The candidates for the last word: fixed ones, and kinds to look up. */
export interface Candidates {
  words: readonly string[];
  kind?: Kind;
}

/** What may follow `before`. `current` is the beginning of the next word. */
export function candidatesFor(before: readonly string[], current: string): Candidates {
  if (before.includes('--')) return { words: [] };
  const { command, args, flag } = parse(before);
  if (flag !== undefined) return kindOf(flag);
  const flags = [...(command?.flags ?? []), ...GLOBAL_FLAGS].flatMap(([names]) => longNames(names));
  if (current.startsWith('-')) return { words: [...flags, '--help'] };
  if (command !== undefined) {
    const expected = command.usage.split(' ').slice(wordsOf(command).length);
    return kindOf(expected[args.length] ?? '');
  }
  const [noun] = args;
  if (noun === undefined) return { words: FIRST_WORDS };
  return { words: args.length === 1 ? commandsOf(noun).flatMap((spec) => wordsOf(spec)[1] ?? []) : [] };
}

const FIRST_WORDS = Object.values(GROUPS)
  .flat()
  .flatMap((spec) => ('noun' in spec ? [spec.noun] : wordsOf(spec)));

const kindOf = (word: string): Candidates => {
  const kind = KINDS[word];
  return { words: [], ...(kind !== undefined && { kind }) };
};

const longNames = (names: string): string[] => names.match(/--[\w-]+/g) ?? [];

/** The command, its arguments, and the flag whose value comes next. */
function parse(before: readonly string[]): { command?: CommandSpec; args: string[]; flag?: string } {
  const words: string[] = [];
  let flag: string | undefined;
  for (const word of before) {
    // bash splits `--stack=demo` into three words.
    if (word === '=') continue;
    const isValue = flag !== undefined;
    flag = !isValue && takesValue(word) ? longNameOf(word) : undefined;
    if (!isValue && !word.startsWith('-')) words.push(word);
  }
  const command = COMMANDS.find((spec) => wordsOf(spec).every((word, index) => word === words[index]));
  const args = words.slice(command === undefined ? 0 : wordsOf(command).length);
  return { ...(command && { command }), args, ...(flag !== undefined && { flag }) };
}

const ALL_FLAGS: readonly FlagSpec[] = [...GLOBAL_FLAGS, ...COMMANDS.flatMap(({ flags = [] }) => flags)];

const flagOf = (word: string): string | undefined =>
  ALL_FLAGS.find(([names]) => names.split(/[ ,]+/).includes(word))?.[0];

const takesValue = (word: string): boolean => flagOf(word)?.includes('<') ?? false;

const longNameOf = (word: string): string | undefined => longNames(flagOf(word) ?? '')[0];

/** A shell must not wait longer for names, in milliseconds. */
const PATIENCE = 1000;

/** Prints the candidates for the last of these words, one per line. Nothing when the server does not answer. */
export async function printCandidates(typed: readonly string[]): Promise<number> {
  const current = typed.at(-1) ?? '';
  const { words, kind } = candidatesFor(typed.slice(0, -1), current === '=' ? '' : current);
  const names = kind === undefined ? [] : await Promise.race([namesOf(kind, typed), sleep(PATIENCE, [])]);
  const found = [...words, ...names].filter((word) => PLAIN.test(word));
  // In a list, the last part is completed.
  const [, list = '', part = ''] = /^(.*,)?([^,]*)$/.exec(current === '=' ? '' : current) ?? [];
  const lines = found.filter((word) => word.startsWith(part)).map((word) => `${list}${word}\n`);
  // A request that nobody waits for keeps the process alive.
  return new Promise((resolve) => {
    process.stdout.write(lines.join(''), () => {
      resolve(0);
      process.exit(0);
    });
  });
}

/** Names of a server may not be more than a word of the shell. */
const PLAIN = /^[\w.-]+$/;

async function namesOf(kind: Kind, typed: readonly string[]): Promise<readonly string[]> {
  if (kind === 'region') return REGIONS;
  if (kind === 'format') return ['text', 'json', 'yaml'];
  if (kind === 'shell') return SHELLS;
  try {
    const at = typed.indexOf('--server');
    const server = at === -1 ? undefined : typed[at + 1];
    const { api } = await createContext({ input: false, ...(server !== undefined && { server }) }, typed);
    if (kind === 'stack') return (await allStacks(api, { all: false })).stacks.map(({ name }) => name);
    const { presets, components } = (await api('readCatalogue')).value;
    if (kind === 'preset') return Object.keys(presets);
    return components.flatMap(({ name, slot }) => (kind === 'slot' ? (slot ?? []) : name));
  } catch {
    return [];
  }
}
