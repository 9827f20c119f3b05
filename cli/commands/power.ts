import { chooseStack, type Context } from '../context.ts';
import type { ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';

/** Stops the cluster of a stack; its data stays. */
export const hibernate = (context: Context, [argument]: string[]): Promise<ExitCode> =>
  switchPower(context, argument, 'hibernateStack', 'is being hibernated');

/** Starts a hibernated stack again. */
export const wake = (context: Context, [argument]: string[]): Promise<ExitCode> =>
  switchPower(context, argument, 'wakeStack', 'is being started');

async function switchPower(
  context: Context,
  argument: string | undefined,
  command: 'hibernateStack' | 'wakeStack',
  started: string,
): Promise<ExitCode> {
  const { api } = context;
  const name = await chooseStack(context, argument);
  const { value: operation } = await api(command, { params: { name } });
  return await followOrReturn(context, operation, { about: [operation.kind], started });
}
