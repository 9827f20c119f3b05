import type { FlagSpec } from '../command-flags.ts';
import type { Context } from '../context.ts';

/** Runs a command and returns its exit code. `args` are the given positional arguments. */
export type Run = (context: Context, args: string[]) => Promise<number>;

export interface CommandSpec {
  /** The words of the command, then its arguments. */
  usage: string;
  summary: string;
  flags?: readonly FlagSpec[];
  examples?: readonly string[];
  /** Loads the code when the command runs, so that help is fast. */
  load: () => Promise<Run>;
}
