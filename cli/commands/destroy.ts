import type { StackDetail } from '../../lib/api/stack.ts';
import { quote } from '../../lib/domain/quote.ts';
import type { Inventory } from '../../lib/domain/status.ts';
import { ApiError } from '../api.ts';
import { missingFlags } from '../consent.ts';
import { chooseStack, type Context } from '../context.ts';
import { runCommand } from '../complaint.ts';
import { usageError, type ExitCode } from '../exit.ts';
import { followOrReturn } from '../follow.ts';
import { destructionLines } from '../render/destruction.ts';

/** Deletes a stack for good, and its data unless --keep-data is given. */
export async function destroy(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options } = context;
  const name = await chooseStack(context, argument);
  const { value: stack } = await api('getStack', { params: { name } });
  await confirmDestroy(context, stack);

  const { value: operation } = await api('destroyStack', {
    params: { name },
    query: { keepData: options.keepData === true },
  });
  return await followOrReturn(context, operation, {
    about: [stack.location, 'destroy'],
    started: 'is being destroyed',
  });
}

async function confirmDestroy(context: Context, stack: StackDetail): Promise<void> {
  const { options, terminal } = context;
  const { name } = stack;
  if (options.confirm !== undefined && options.confirm !== name) {
    throw usageError(
      `--confirm says ${quote(options.confirm)}, but the stack is ${name}.`,
      runCommand(`matcha destroy ${name} --confirm ${name}`, 'If this is the stack to destroy.'),
    );
  }
  if (options.yes === true || options.confirm === name) return;
  if (!terminal.canAsk) throw missingFlags(context, ['--confirm'], { '--confirm': name });
  const inventory = await inventoryOf(context, name);
  const keepData = options.keepData === true;
  terminal.err.print(['', ...destructionLines(stack, inventory, keepData, terminal.err.look), '']);
  const { askStackName } = await import('../prompts.ts');
  await askStackName(name);
  terminal.err.print(['']);
}

/** The stack's resources in Azure. Undefined when Azure does not answer: the stack can be destroyed anyway. */
async function inventoryOf({ api, options }: Context, name: string): Promise<Inventory | undefined> {
  try {
    return (await api('getInventory', { params: { name }, query: { keepData: options.keepData === true } }))
      .value;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
