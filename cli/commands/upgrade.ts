import { confirm, requireConsent } from '../consent.ts';
import { chooseStack, type Context } from '../context.ts';
import type { ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';
import { upgradeLines } from '../render/plan.ts';

/** Upgrades the tools of a stack to the versions of the catalogue, after a question. */
export async function upgrade(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, terminal } = context;
  const { err } = terminal;
  requireConsent(context);
  const name = await chooseStack(context, argument);
  const { value: plan } = await api('planStackUpgrade', { params: { name } });
  err.print(['', ...upgradeLines(plan, err.look), '']);
  await confirm(context, 'Upgrade it?');

  const { value: operation } = await api('upgradeStack', { params: { name } });
  return await followOrReturn(context, operation, {
    about: [plan.location, 'upgrade'],
    started: 'is being upgraded',
  });
}
