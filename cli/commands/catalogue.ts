import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { catalogueLines } from '../render/catalogue.ts';

/** Shows presets, components and regions. */
export async function catalogue(context: Context): Promise<ExitCode> {
  const { value } = await context.api('readCatalogue');
  if (context.options.json === true) printJson(context, value);
  else context.terminal.out.print(catalogueLines(value, context.terminal.out.look));
  return EXIT.ok;
}
