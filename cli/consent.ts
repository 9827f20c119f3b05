import type { Context } from './context.ts';
import { runCommand } from './complaint.ts';
import { EXIT, nothingDone, usageError, type CliError } from './exit.ts';
import { shellWord } from './shell.ts';

/** The command line of the user with more words at its end. */
export const typedWith = ({ words }: Pick<Context, 'words'>, ...more: string[]): string =>
  ['matcha', ...words, ...more].map(shellWord).join(' ');

type Asking = Pick<Context, 'words' | 'options' | 'terminal'>;

/** Refuses a command that cannot ask for what these flags say. `examples` holds a value for each flag that takes one. */
export function missingFlags(
  context: Asking,
  flags: readonly string[],
  examples: Readonly<Record<string, string>> = {},
): CliError {
  const reason = context.options.input === false ? 'with --no-input' : 'without a terminal';
  const typed = flags.flatMap((flag) => [flag, ...(examples[flag] === undefined ? [] : [examples[flag]])]);
  return usageError(
    `${flags.join(', ')} must be given: nothing can be asked ${reason}.`,
    runCommand(typedWith(context, ...typed), 'For example.'),
    'MISSING_FLAG',
  );
}

/** Refuses a command early when it has to ask and cannot. */
export function requireConsent(context: Asking): void {
  if (context.options.yes !== true && !context.terminal.canAsk) throw missingFlags(context, ['--yes']);
}

/** Asks whether to continue, unless --yes says so. Throws when the answer is no. */
export async function confirm(
  context: Asking,
  question: string,
  { byDefault = true }: { byDefault?: boolean } = {},
): Promise<void> {
  if (context.options.yes === true) return;
  requireConsent(context);
  const { askConsent } = await import('./prompts.ts');
  if (!(await askConsent(question, { byDefault }))) throw nothingDone(EXIT.unfinished);
  context.terminal.err.print(['']);
}
