import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { follow } from '../follow.ts';

/** Follows the active operation of a stack; without one, prints the phase of the stack. */
export async function watch(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { value: stack } = await api('getStack', { params: { name } });
  const { operation, activeOperation, location, preset, phase } = stack;
  if (operation !== undefined && activeOperation !== undefined) {
    return await follow(context, operation, [location, preset]);
  }
  if (options.json === true) printJson(context, operation ?? null);
  else terminal.out.print([`${name} is ${phase}; no operation is running. See \`matcha status ${name}\`.`]);
  return EXIT.ok;
}
