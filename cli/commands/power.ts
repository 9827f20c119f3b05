import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { follow } from '../follow.ts';
import { comeBack } from '../views.ts';

/** Stops the cluster of a stack; everything in it stays. */
export const hibernate = (context: Context, [argument]: string[]): Promise<ExitCode> =>
  switchPower(context, argument, 'hibernateStack', 'is going to sleep');

/** Starts a hibernated stack again. */
export const wake = (context: Context, [argument]: string[]): Promise<ExitCode> =>
  switchPower(context, argument, 'wakeStack', 'is waking up');

async function switchPower(
  context: Context,
  argument: string | undefined,
  command: 'hibernateStack' | 'wakeStack',
  doing: string,
): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { value: operation } = await api(command, { params: { name } });
  if (options.wait !== false) return await follow(context, operation, [operation.kind]);
  if (options.json === true) printJson(context, operation);
  else terminal.out.print([`${name} ${doing}, operation ${operation.id}`]);
  terminal.err.print([`\`${comeBack(operation)}\` shows how far it is.`]);
  return EXIT.ok;
}
