import { chooseStack, type Context } from '../context.ts';
import { CliError, EXIT, usageError, type ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';
import { upgradeLines } from '../render/plan.ts';

/** Moves the tools of a stack to the versions of the catalogue, once that is consented to. */
export async function upgrade(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const { err } = terminal;
  if (options.yes !== true && !terminal.canAsk)
    throw usageError('--yes must be given: nothing can be asked here.', 'Add --yes.');
  const name = await chooseStack(context, argument);
  const { value: plan } = await api('planStackUpgrade', { params: { name } });
  err.print(['', ...upgradeLines(plan, err.look), '']);
  if (options.yes !== true) {
    const { askConsent } = await import('../prompts.ts');
    const isWanted = await askConsent('Upgrade it?');
    if (!isWanted) throw new CliError(EXIT.unfinished, { message: 'Nothing was done.' });
    err.print(['']);
  }

  const { value: operation } = await api('upgradeStack', { params: { name } });
  return await followOrReturn(context, operation, {
    about: [plan.location, 'upgrade'],
    begun: 'is being upgraded',
  });
}
