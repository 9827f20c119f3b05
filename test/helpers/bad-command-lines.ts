import fc from 'fast-check';
import { GLOBAL_FLAGS, type FlagSpec } from '../../cli/command-flags.ts';
import { COMMANDS, wordsOf, type CommandSpec } from '../../cli/command-table.ts';
import { STACK_NAME } from '../../lib/domain/stack-name.ts';
import { hostileText as anyHostileText } from './hostile.ts';

export interface BadCommandLine {
  words: string[];
  /** What is wrong with it. */
  wrong: string;
}

/** Command lines of a command with one part that is wrong. None for a command that does not have the part. */
type Wrong = (spec: CommandSpec) => fc.Arbitrary<string[]>[];

/** `--max-nodes` of `--max-nodes <count>`. */
const nameOf = ([flag]: FlagSpec): string => /--[\w-]+/.exec(flag)?.[0] ?? '';
const takesValue = ([flag]: FlagSpec): boolean => /[<[]/.test(flag);
const needsValue = ([flag]: FlagSpec): boolean => flag.includes('<');

const flagsOf = ({ flags = [] }: CommandSpec): FlagSpec[] => [...flags, ...GLOBAL_FLAGS];
const argumentsOf = ({ usage }: CommandSpec): string[] =>
  usage.split(' ').filter((word) => /^[[<]/.test(word));

/** Whether a command is for one stack. */
const isForStack = (spec: CommandSpec): boolean =>
  argumentsOf(spec).some((word) => /^\[(name|stack)\]$/.test(word));

/** A new stack may be called `constructor`. */
const hostileText = anyHostileText.filter((text) => !STACK_NAME.test(text.toLowerCase()));

/** A word that no parser of flags takes for a flag or for the end of flags. */
const hostileWord = hostileText.filter((text) => !text.startsWith('-'));

const someOf = (
  specs: FlagSpec[],
  make: (spec: FlagSpec) => fc.Arbitrary<string[]>,
): fc.Arbitrary<string[]>[] => (specs.length === 0 ? [] : [fc.constantFrom(...specs).chain(make)]);

const PARTS: Record<string, Wrong> = {
  'unknown flag': () => [
    fc.stringMatching(/^[a-z]{1,9}$/).map((name) => [`--no-such-${name}`]),
    fc
      .constantFrom('--__proto__', '--constructor', '-Z', '--toString=1', '---', '--=x')
      .map((flag) => [flag]),
  ],
  'value of a flag without values': (spec) =>
    someOf(
      flagsOf(spec).filter((flag) => !takesValue(flag)),
      (flag) => hostileText.map((text) => [`${nameOf(flag)}=${text}`]),
    ),
  'flag without its value': (spec) =>
    someOf(flagsOf(spec).filter(needsValue), (flag) => fc.constant([nameOf(flag)])),
  'value that is parsed': (spec) =>
    someOf(
      flagsOf(spec).filter(([, , parse]) => parse !== undefined && isRefused(parse, 'x')),
      (flag) =>
        hostileText.filter((text) => isRefused(flag[2], text)).map((text) => [`${nameOf(flag)}=${text}`]),
    ),
  'too many arguments': (spec) =>
    spec.usage.endsWith('...]')
      ? []
      : [fc.array(fc.constant('demo'), { minLength: argumentsOf(spec).length + 1, maxLength: 9 })],
  'missing argument': (spec) =>
    argumentsOf(spec).some((word) => word.startsWith('<')) ? [fc.constant([])] : [],
  argument: (spec) => (argumentsOf(spec).length === 0 ? [] : [hostileWord.map((text) => [text])]),
  'two names': (spec) => (isForStack(spec) ? [hostileWord.map((text) => [text, '--stack', 'other'])] : []),
  stack: (spec) => (isForStack(spec) ? [hostileText.map((text) => [`--stack=${text}`])] : []),
  server: () => [
    fc
      .oneof(hostileText, fc.constantFrom('http://', 'https://[', 'ftp://localhost', 'javascript:alert(1)'))
      .filter((text) => !/^https?:\/\/./.test(text))
      .map((text) => [`--server=${text}`]),
  ],
};

function isRefused(parse: FlagSpec[2], text: string): boolean {
  try {
    parse?.(text, undefined);
    return false;
  } catch {
    return true;
  }
}

/** What commands need that ask otherwise. */
const answers = (spec: CommandSpec): string[] =>
  (spec.flags ?? []).some((flag) => nameOf(flag) === '--location') ? ['--location', 'uksouth'] : [];

const ofCommand: fc.Arbitrary<BadCommandLine> = fc.constantFrom(...COMMANDS).chain((spec) =>
  fc.oneof(
    ...Object.entries(PARTS).flatMap(([wrong, wrongOf]) =>
      wrongOf(spec).map((arbitrary) =>
        arbitrary.map((more) => ({
          words: [...wordsOf(spec), ...(wrong === 'flag without its value' ? [] : answers(spec)), ...more],
          wrong,
        })),
      ),
    ),
  ),
);

const NAMES = new Set(COMMANDS.map((spec) => wordsOf(spec)[0]));

const unknownCommand: fc.Arbitrary<BadCommandLine> = fc
  .tuple(
    hostileWord.filter((word) => !NAMES.has(word)),
    fc.array(hostileWord, { maxLength: 2 }),
  )
  .map(([word, more]) => ({ words: [word, ...more], wrong: 'command' }));

/** Command lines of every command, each with one wrong part, and some that have no command. */
export const badCommandLine: fc.Arbitrary<BadCommandLine> = fc.oneof(
  { weight: 9, arbitrary: ofCommand },
  { weight: 1, arbitrary: unknownCommand },
);
