import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import { ApiError, type Answer } from '../api.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { stackLines } from '../render/stack.ts';
import type { Details } from '../render/stack-facts.ts';
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
  else if (options.timeline !== true) print(stackLines(stack, at, look, await detailsOf(context, stack)));
  else if (stack.operation === undefined) print([`${name} had no operation yet.`]);
  else {
    const operation = await lastChange(context, stack, stack.operation);
    print(timelineLines({ operation, at }, look));
  }
  return EXIT.ok;
}

/** What else is known. What cannot be read now is left out: the stack itself is the answer. */
async function detailsOf({ api }: Context, { name, phase }: StackDetail): Promise<Details> {
  if (phase === 'Destroyed') return {};
  const params = { name };
  const [cluster, outputs, catalogue] = await Promise.all([
    ifAnswered(api('getCluster', { params })),
    ifAnswered(api('getOutputs', { params, query: { reveal: false } })),
    ifAnswered(api('readCatalogue')),
  ]);
  return { ...(cluster && { cluster }), ...(outputs && { outputs }), ...(catalogue && { catalogue }) };
}

async function ifAnswered<T>(asked: Promise<Answer<T>>): Promise<T | undefined> {
  try {
    return (await asked).value;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
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
