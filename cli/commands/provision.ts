import type { PlanView } from '../../lib/api/plan.ts';
import { isUnchanged, lossesOf, type PlanChanges } from '../../lib/domain/changes.ts';
import { CONFIG_FILE, writeConfig } from '../config.ts';
import { printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';
import { planLines } from '../render/plan.ts';
import { sentence } from '../render/text.ts';
import { wantedStack, type WantedStack } from '../request.ts';

/** Makes a stack, or continues or changes one that exists. */
export async function provision(context: Context, [argument]: string[]): Promise<ExitCode> {
  const alsoMissing = context.options.yes === true ? [] : ['--yes'];
  return carryOut(context, await wantedStack(context, argument, { alsoMissing }), 'Provision it?');
}

/** Shows the plan, asks, begins it, and follows it to its end. A stack that is as wanted stays as it is. */
export async function carryOut(
  context: Context,
  { name, request }: WantedStack,
  question: string,
): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const { err } = terminal;
  const { value: plan } = await api('planStack', { params: { name }, body: request });
  const isUpToDate = plan.phase === 'Ready' && plan.changes !== undefined && isUnchanged(plan.changes);
  if (!isUpToDate) {
    err.print(['', ...planLines(plan, err.look), '']);
    await confirm(context, plan, request, question);
  }
  const allowRemoval = lossesOf(plan.changes ?? NO_CHANGES).length > 0;
  const { value } = await api('provisionStack', { params: { name }, query: { allowRemoval }, body: request });
  await remember(context, name);
  if ('kind' in value)
    return await followOrReturn(context, value, {
      about: [plan.location, plan.preset],
      begun: 'is being provisioned',
    });
  if (options.json === true) printJson(context, value);
  else terminal.out.print([`No changes. ${name} is ${value.phase} as asked.`]);
  return EXIT.ok;
}

const NO_CHANGES = { components: [], resources: [] };

/** Asks whether to go on. What loses data has a question of its own, with No as its default. */
async function confirm(
  { options, terminal }: Context,
  {
    stack,
    changes = { ...NO_CHANGES },
  }: Pick<PlanView, 'stack'> & { changes?: Pick<PlanChanges, 'components' | 'resources'> },
  { preset, components }: WantedStack['request'],
  question: string,
): Promise<void> {
  const losses = lossesOf(changes);
  if (options.yes === true) {
    if (losses.length === 0 || options.allowRemoval === true) return;
    throw new CliError(EXIT.conflict, {
      code: 'REMOVAL_NOT_ALLOWED',
      message: `This would remove ${sentence(losses)} from ${stack}.`,
      remedies: [
        {
          action: 'provisionStack',
          arguments: {
            name: stack,
            ...(preset !== undefined && { preset }),
            ...(components !== undefined && { components }),
            allowRemoval: true,
          },
          text: 'Allow the removal, if this data may be lost for good.',
        },
      ],
    });
  }
  const { askConsent } = await import('../prompts.ts');
  const isWanted =
    losses.length === 0
      ? await askConsent(question)
      : await askConsent(`Remove ${sentence(losses)} for good?`, { byDefault: false });
  if (!isWanted) throw new CliError(EXIT.unfinished, { message: 'Nothing was done.' });
  terminal.err.print(['']);
}

/** Not being able to remember the name is no reason to stop watching what was just begun. */
async function remember({ directory, terminal }: Context, name: string): Promise<void> {
  try {
    await writeConfig(directory, { stack: name });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.err.print([`${CONFIG_FILE} could not be written, so name ${name} the next time. ${reason}`]);
  }
}
