import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { exportLines } from '../render/environment.ts';

/** Prints environment variables for a shell, so that notebooks and scripts find the tools of the stack. */
export async function env(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { value: variables } = await api('getEnvironment', {
    params: { name },
    query: { cluster: options.cluster === true },
  });
  if (options.json === true) printJson(context, variables);
  else terminal.out.print(exportLines(variables));
  return EXIT.ok;
}
