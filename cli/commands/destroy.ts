import type { StackDetail } from '../../lib/api/stack.ts';
import type { Inventory } from '../../lib/domain/status.ts';
import { ApiError } from '../api.ts';
import { chooseStack, type Context } from '../context.ts';
import { usageError, type ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';
import { destructionLines } from '../render/destruction.ts';

/** Deletes a stack for good, and its data unless they are to be kept. */
export async function destroy(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options } = context;
  const name = await chooseStack(context, argument);
  const { value: stack } = await api('getStack', { params: { name } });
  await makeSure(context, stack);

  const { value: operation } = await api('destroyStack', {
    params: { name },
    query: { keepData: options.keepData === true },
  });
  return await followOrReturn(context, operation, {
    about: [stack.location, 'destroy'],
    begun: 'is being destroyed',
  });
}

async function makeSure(context: Context, stack: StackDetail): Promise<void> {
  const { options, terminal } = context;
  const { name } = stack;
  if (options.confirm !== undefined && options.confirm !== name) {
    throw usageError(
      `--confirm says "${options.confirm}", but the stack is ${name}.`,
      `Say --confirm ${name} if it is to be destroyed.`,
    );
  }
  if (options.yes === true || options.confirm === name) return;
  if (!terminal.canAsk) {
    throw usageError(
      `--confirm ${name} must be given: nothing can be asked here.`,
      `matcha destroy ${name} --confirm ${name} (or --yes)`,
    );
  }
  const inventory = await inventoryOf(context, name);
  const keepData = options.keepData === true;
  terminal.err.print(['', ...destructionLines(stack, inventory, keepData, terminal.err.look), '']);
  const { askStackName } = await import('../prompts.ts');
  await askStackName(name);
  terminal.err.print(['']);
}

/** What Azure has of the stack; that it cannot tell now is no reason not to destroy it. */
async function inventoryOf({ api, options }: Context, name: string): Promise<Inventory | undefined> {
  try {
    return (await api('getInventory', { params: { name }, query: { keepData: options.keepData === true } }))
      .value;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
