import { parseArgs } from 'node:util';
import { suggest } from '../lib/domain/suggest.ts';
import { UsageError } from './usage-error.ts';

/** The flags of a program, by name. */
type Flags = Record<string, { type: 'string' | 'boolean' }>;

/** A flag that is given has its value; one of type `boolean` has none. */
type Values<T extends Flags> = { [Name in keyof T]?: T[Name]['type'] extends 'string' ? string : true };

/**
 * Runs a program with the flags of its command line. `--help` prints `help`. A UsageError is printed alone, and the
 * process exits with 2.
 */
export async function runProgram<T extends Flags>(
  { flags, help }: { flags: T; help: string },
  program: (values: Values<T>) => Promise<void>,
): Promise<void> {
  try {
    const values = parseFlags({ ...flags, help: { type: 'boolean' } }, process.argv.slice(2));
    if ('help' in values) process.stdout.write(help);
    else await program(values);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

/** @throws UsageError for an unknown flag, one without its value, and any other word. */
export function parseFlags<T extends Flags>(flags: T, words: string[]): Values<T> {
  const { tokens } = parseArgs({ args: words, options: flags, strict: false, tokens: true });
  const values: Record<string, string | true> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UsageError(`Unexpected argument ${token.value}.`);
    if (token.kind === 'option-terminator') continue;
    const { name, rawName, value, inlineValue } = token;
    const type = flags[name]?.type;
    if (type === undefined) throw new UsageError(unknownFlag(rawName, name, Object.keys(flags)));
    if (type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    // A word after a flag may be the next flag.
    const isMissing = (value ?? '') === '' || (inlineValue !== true && value?.startsWith('-') === true);
    if (type === 'string' && isMissing) throw new UsageError(`${rawName} needs a value.`);
    values[name] = value ?? true;
  }
  return values as Values<T>;
}

function unknownFlag(rawName: string, name: string, known: string[]): string {
  const near = suggest(name, known);
  const hint = near === undefined ? '--help lists the flags.' : `Did you mean --${near}?`;
  return `Unknown flag ${rawName}. ${hint}`;
}
