import { confirm } from '../consent.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';

/**
 * Stops the cluster of a stack; its data stays. Pipelines that run end, so it asks; without a terminal it does not, so
 * that a timer can run it.
 */
export async function hibernate(context: Context, [argument]: string[]): Promise<ExitCode> {
  const name = await chooseStack(context, argument);
  if (await isDone(context, name, ['Hibernated'])) return EXIT.ok;
  if (context.terminal.canAsk)
    await confirm(context, `Stop the cluster of ${name}, and all that runs on it?`);
  return await switchPower(context, name, 'hibernateStack', 'is being hibernated');
}

/** Starts a hibernated stack again. */
export async function wake(context: Context, [argument]: string[]): Promise<ExitCode> {
  const name = await chooseStack(context, argument);
  if (await isDone(context, name, ['Ready', 'Degraded'])) return EXIT.ok;
  return await switchPower(context, name, 'wakeStack', 'is being started');
}

/** Whether the stack is in one of these phases already, and nothing that changes it runs. Then it says so. */
async function isDone(context: Context, name: string, phases: readonly string[]): Promise<boolean> {
  const { value: stack } = await context.api('getStack', { params: { name } });
  const { phase, operation = null, activeOperation } = stack;
  const isChanging = activeOperation !== undefined && operation?.kind !== 'verify';
  if (isChanging || !phases.includes(phase)) return false;
  if (context.options.json === true) printJson(context, operation);
  else context.terminal.out.print([`${name} is ${phase} already.`]);
  return true;
}

async function switchPower(
  context: Context,
  name: string,
  command: 'hibernateStack' | 'wakeStack',
  started: string,
): Promise<ExitCode> {
  const { value: operation } = await context.api(command, { params: { name } });
  return await followOrReturn(context, operation, { about: [operation.kind], started });
}
