import type { Environment } from '../../lib/api/stack.ts';
import { typedWith } from '../consent.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { exportLines, withheldText } from '../render/environment.ts';
import { wrap } from '../render/text.ts';

/** Prints environment variables for a shell, so that notebooks and scripts find the tools of the stack. */
export async function env(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { options, terminal } = context;
  const name = await chooseStack(context, argument);
  const asked = { cluster: options.cluster === true, reveal: options.showSensitive === true };
  const { variables, withheld } = await environmentOf(context, name, asked);
  if (options.json === true) printJson(context, variables);
  else terminal.out.print(exportLines(variables));
  if (withheld.length > 0) {
    const text = withheldText(withheld, typedWith(context, '--show-sensitive'));
    terminal.err.print(wrap(text, terminal.err.look.width));
  }
  return EXIT.ok;
}

/** The environment variables for clients of a stack. */
export const environmentOf = async (
  { api }: Context,
  name: string,
  query: { cluster: boolean; reveal: boolean },
): Promise<Environment> => (await api('getEnvironment', { params: { name }, query })).value;
