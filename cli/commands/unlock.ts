import { confirm, requireConsent } from '../consent.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';

/** Releases a stack from a lost operation; with --force also from a running one. */
export async function unlock(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  requireConsent(context);
  const name = await chooseStack(context, argument);
  const force = options.force === true;
  await confirm(context, force ? `End the operation of ${name} and unlock it?` : `Unlock ${name}?`);
  const { value: stack } = await api('unlockStack', { params: { name }, body: { force } });
  if (options.json === true) printJson(context, stack);
  else
    terminal.out.print([
      `${name} is unlocked; it is ${stack.phase}. \`matcha provision ${name}\` continues it.`,
    ]);
  return EXIT.ok;
}
