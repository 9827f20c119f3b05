import type { OperationView } from '../../lib/domain/status.ts';
import type { Answer } from '../api.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { follow } from '../follow.ts';
import { comeBack } from '../views.ts';

/** Stops the cluster of a stack; everything in it stays. */
export const hibernate = (context: Context, [argument]: string[]): Promise<ExitCode> =>
  switchPower(context, argument, context.api.hibernate, 'is going to sleep');

/** Starts a hibernated stack again. */
export const wake = (context: Context, [argument]: string[]): Promise<ExitCode> =>
  switchPower(context, argument, context.api.wake, 'is waking up');

async function switchPower(
  context: Context,
  argument: string | undefined,
  begin: (name: string) => Promise<Answer<OperationView>>,
  doing: string,
): Promise<ExitCode> {
  const { options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { value: operation } = await begin(name);
  if (options.wait !== false) return await follow(context, operation, [operation.kind]);
  if (options.json === true) printJson(context, operation);
  else terminal.out.print([`${name} ${doing}, operation ${operation.id}`]);
  terminal.err.print([`\`${comeBack(operation)}\` shows how far it is.`]);
  return EXIT.ok;
}
