import type { StackDetail } from '../../lib/domain/status.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';
import { follow } from '../follow.ts';
import { comeBack } from '../views.ts';

/** Deletes a stack and its data for good. */
export async function destroy(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { value: stack } = await api.stack(name);
  await makeSure(context, stack);

  const { value: operation } = await api.destroy(name);
  if (options.wait !== false) return await follow(context, operation, [stack.location, 'destroy']);
  if (options.json === true) printJson(context, operation);
  else terminal.out.print([`${name} is being destroyed, operation ${operation.id}`]);
  terminal.err.print([`\`${comeBack(operation)}\` shows how far it is.`]);
  return EXIT.ok;
}

async function makeSure({ options, terminal }: Context, stack: StackDetail): Promise<void> {
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
  terminal.err.print([
    '',
    `This deletes ${name} (${stack.preset}, ${stack.location}): ${stack.components.join(', ')}, and all their data.`,
    'Nothing can bring it back.',
    '',
  ]);
  const { askStackName } = await import('../prompts.ts');
  await askStackName(name);
  terminal.err.print(['']);
}
