import { confirm, requireConsent } from '../consent.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { watchToEnd } from '../follow.ts';
import { wrap } from '../render/text.ts';

/** Ends a lost operation, with --force also a running one, and waits until its stack is free. */
export async function unlock(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  requireConsent(context);
  const name = await chooseStack(context, argument);
  const force = options.force === true;
  await confirm(context, force ? `End the operation of ${name} and unlock it?` : `Unlock ${name}?`);
  const { value: begun } = await api('unlockStack', { params: { name }, body: { force } });
  if (begun.operation !== undefined && begun.activeOperation !== undefined)
    await watchToEnd(context, begun.operation, [begun.operation.kind]);
  const { value: stack } = await api('getStack', { params: { name } });
  if (options.json === true) printJson(context, stack);
  else {
    const text = `${name} is unlocked; it is ${stack.phase}. \`matcha provision ${name}\` continues it.`;
    terminal.out.print(wrap(text, terminal.out.look.width));
  }
  return EXIT.ok;
}
