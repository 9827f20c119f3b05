import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { stackLines } from '../render/stack.ts';
import { timelineLines } from '../render/timeline.ts';
import { watch } from './watch.ts';

/** Shows one stack. */
export async function status(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  if (options.watch === true) return await watch(context, [name]);
  const { value: stack, at } = await api('getStack', { params: { name } });
  const { look, print } = terminal.out;
  if (options.json === true) printJson(context, stack);
  else if (options.timeline !== true) print(stackLines(stack, at, look));
  else if (stack.operation === undefined) print([`${name} had no operation yet.`]);
  else {
    const operation = await lastChange(context, stack, stack.operation);
    print(timelineLines({ operation, at }, look));
  }
  return EXIT.ok;
}

/** The active or last operation. A verification changes nothing, so that of the last change is more telling. */
async function lastChange(
  { api }: Context,
  { lastOperation }: StackDetail,
  operation: OperationView,
): Promise<OperationView> {
  if (operation.kind !== 'verify' || lastOperation === undefined) return operation;
  return (await api('getOperation', { params: { id: lastOperation } })).value;
}
