import { isUnchanged } from '../../lib/domain/changes.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { costLines } from '../render/cost.ts';
import { planLines, planStepLines } from '../render/plan.ts';
import { readPlan, wantedStack } from '../request.ts';

/** Shows what `provision` would do. Changes nothing. */
export async function plan(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { options, terminal } = context;
  const value = await readPlan(context, await wantedStack(context, argument));
  const { look } = terminal.out;
  if (options.json === true) printJson(context, value);
  else if (value.phase === 'Ready' && value.changes !== undefined && isUnchanged(value.changes))
    terminal.out.print(['No changes.']);
  else
    terminal.out.print([
      ...planLines(value, look),
      '',
      ...planStepLines(value, look),
      '',
      ...costLines(value.cost, look),
    ]);
  return EXIT.ok;
}
