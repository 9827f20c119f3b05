import { chooseStack, printJson, type Context } from '../context.ts';
import { CliError, EXIT, usageError, type ExitCode } from '../exit.ts';

/** Releases a stack from an operation that is dead; with --force also from one that is alive. */
export async function unlock(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const force = options.force === true;
  if (options.yes !== true) {
    if (!terminal.canAsk) {
      throw usageError('--yes must be given: nothing can be asked here.', `matcha unlock ${name} --yes`);
    }
    const { askConsent } = await import('../prompts.ts');
    const question = force ? `End what is being done to ${name}, and unlock it?` : `Unlock ${name}?`;
    const isWanted = await askConsent(question);
    if (!isWanted) throw new CliError(EXIT.unfinished, { message: 'Nothing was done.' });
  }
  const { value: stack } = await api('unlockStack', { params: { name }, body: { force } });
  if (options.json === true) printJson(context, stack);
  else
    terminal.out.print([
      `${name} is unlocked; it is ${stack.phase}. \`matcha provision ${name}\` continues it.`,
    ]);
  return EXIT.ok;
}
