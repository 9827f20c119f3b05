import { quote } from '../../lib/domain/quote.ts';
import { suggest } from '../../lib/domain/suggest.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';
import { openText, outputLines } from '../render/outputs.ts';
import { wrap } from '../render/text.ts';

const FORMATS = ['text', 'json', 'yaml'];

/** Shows the outputs of a stack: addresses and names, and credentials with --show-sensitive. */
export async function get(context: Context, args: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const format = options.json === true ? 'json' : parseFormat(options.output ?? 'text');
  const [resource, property] = args.map((argument) => argument.toLowerCase());
  const name = await chooseStack(context, undefined);
  const { value: selected } = await api('getOutputs', {
    params: { name },
    query: {
      reveal: options.showSensitive === true,
      ...(resource !== undefined && { resource }),
      ...(property !== undefined && { property }),
    },
  });
  if (format === 'json') printJson(context, selected);
  else if (format === 'text') {
    terminal.out.print(outputLines(selected, terminal.out.look));
    const open = openText(selected, name);
    if (open !== undefined) terminal.err.print(['', ...wrap(open, terminal.err.look.width)]);
  } else {
    const { stringify } = await import('yaml');
    terminal.out.print([stringify(selected).trimEnd()]);
  }
  return EXIT.ok;
}

function parseFormat(text: string): string {
  const format = text.toLowerCase();
  if (FORMATS.includes(format)) return format;
  const nearest = suggest(format, FORMATS);
  throw usageError(
    `There is no output format ${quote(text)}.`,
    nearest === undefined ? `Use one of: ${FORMATS.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}
