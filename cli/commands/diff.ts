import type { PlanView } from '../../lib/api/plan.ts';
import { isUnchanged, lossesOf, type PlanChanges } from '../../lib/domain/changes.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { changeLines } from '../render/changes.ts';
import { readPlan, wantedStack } from '../request.ts';

/** Shows only what `provision` would change. Changes nothing. */
export async function diff(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { options, terminal } = context;
  const plan = await readPlan(context, await wantedStack(context, argument));
  const { stack, phase } = plan;
  const changes = plan.changes ?? everything(plan);
  const { out } = terminal;
  if (options.json === true)
    printJson(context, { stack, phase: phase ?? null, changes, loses: lossesOf(changes) });
  else if (!isUnchanged(changes)) out.print(changeLines({ ...plan, changes }, out.look));
  else {
    out.print(['No changes.']);
    if (phase !== 'Ready')
      terminal.err.print([`${stack} is ${phase ?? 'new'}; \`matcha provision ${stack}\` continues it.`]);
  }
  return EXIT.ok;
}

/** Of a new stack everything is added. */
export const everything = ({
  components,
  resources,
}: Pick<PlanView, 'components' | 'resources'>): PlanChanges => ({
  components: components.map(({ name, title, version }) => ({
    change: 'added',
    name,
    title,
    after: version,
  })),
  resources: resources.map(({ kind, name }) => ({ change: 'added', kind, name, properties: [] })),
  settings: [],
  unchanged: 0,
  isComplete: true,
});
