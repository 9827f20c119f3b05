import type { PlanView } from '../../lib/api/plan.ts';
import { isUnchanged, lossesOf } from '../../lib/domain/changes.ts';
import { CONFIG_FILE, saveConfig } from '../config.ts';
import { confirm, typedWith } from '../consent.ts';
import { printJson, type Context } from '../context.ts';
import { runCommand } from '../complaint.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';
import { planLines } from '../render/plan.ts';
import { sentence } from '../render/text.ts';
import { readPlan, wantedStack, type WantedStack } from '../request.ts';

/** Creates a stack, changes one, or continues one that failed. */
export async function provision(context: Context, [argument]: string[]): Promise<ExitCode> {
  const alsoMissing = context.options.yes === true ? [] : ['--yes'];
  return carryOut(context, await wantedStack(context, argument, { alsoMissing }), 'Provision it?');
}

/** Shows the plan, asks, starts the operation and follows it to its end. Does nothing when nothing changes. */
export async function carryOut(context: Context, wanted: WantedStack, question: string): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const { err } = terminal;
  const { name, request } = wanted;
  const plan = await readPlan(context, wanted);
  const losses = plan.changes === undefined ? [] : lossesOf(plan.changes);
  const isUpToDate = plan.phase === 'Ready' && plan.changes !== undefined && isUnchanged(plan.changes);
  if (!isUpToDate) {
    err.print(['', ...planLines(plan, err.look), '']);
    await confirmPlan(context, plan, losses, question);
  }
  const { value } = await api('provisionStack', {
    params: { name },
    query: { allowRemoval: losses.length > 0 },
    body: request,
  });
  await remember(context, name);
  if ('kind' in value)
    return await followOrReturn(context, value, {
      about: [plan.location, plan.preset],
      started: 'is being provisioned',
    });
  if (options.json === true) printJson(context, value);
  else terminal.out.print([`No changes. ${name} is ${value.phase} as asked.`]);
  return EXIT.ok;
}

/** Asks whether to continue. A plan that loses data has its own question, and No is its default. */
async function confirmPlan(
  context: Context,
  { stack }: PlanView,
  losses: readonly string[],
  question: string,
): Promise<void> {
  const { yes, allowRemoval } = context.options;
  if (losses.length === 0 || (yes === true && allowRemoval === true)) {
    await confirm(context, question);
    return;
  }
  if (yes !== true) {
    await confirm(context, `Remove ${sentence(losses)} for good?`, { byDefault: false });
    return;
  }
  throw new CliError(EXIT.conflict, {
    code: 'REMOVAL_NOT_ALLOWED',
    message: `This would remove ${sentence(losses)} from ${stack}.`,
    remedies: [runCommand(typedWith(context, '--allow-removal'), 'Allow it: this data is lost for good.')],
  });
}

/** Makes the stack the default of this directory. The operation has started, so a failure here is only reported. */
async function remember(context: Context, name: string): Promise<void> {
  try {
    await saveConfig(context, { stack: name });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.terminal.err.print([
      `${CONFIG_FILE} cannot be written, so pass the name ${name} next time. ${reason}`,
    ]);
  }
}
