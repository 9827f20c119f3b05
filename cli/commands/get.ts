import { manual } from '../../lib/domain/remedies.ts';
import { quote } from '../../lib/domain/quote.ts';
import { suggest } from '../../lib/domain/suggest.ts';
import type { OutputValues } from '../../lib/api/stack.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { CliError, EXIT, usageError, type ExitCode } from '../exit.ts';
import { openText, outputLines } from '../render/outputs.ts';
import { wrap } from '../render/text.ts';

const FORMATS = ['text', 'json', 'yaml'];

/** Shows the outputs of a stack: addresses and names, and credentials with --show-sensitive. */
export async function get(context: Context, args: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const format = options.json === true ? 'json' : parseFormat(options.output ?? 'text');
  const [resource, property] = args.map((argument) => argument.toLowerCase());
  const name = await chooseStack(context, undefined);
  const { value: outputs } = await api('getOutputs', {
    params: { name },
    query: { reveal: options.showSensitive === true },
  });
  const selected = selectOutputs(outputs, resource, property);
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

/** Selects one resource, or one property of it; the nesting stays. */
export function selectOutputs(outputs: OutputValues, resource?: string, property?: string): OutputValues {
  if (resource === undefined) return outputs;
  const properties = outputs[resource];
  if (properties === undefined)
    throw unknown(`There is no resource ${quote(resource)}.`, resource, Object.keys(outputs));
  if (property === undefined) return { [resource]: properties };
  const value = properties[property];
  if (value === undefined)
    throw unknown(`${resource} has no property ${quote(property)}.`, property, Object.keys(properties));
  return { [resource]: { [property]: value } };
}

function unknown(message: string, word: string, candidates: string[]): CliError {
  const nearest = suggest(word, candidates);
  return new CliError(EXIT.failed, {
    message,
    code: 'UNKNOWN_OUTPUT',
    remedies: [
      manual(nearest === undefined ? `Use one of: ${candidates.join(', ')}.` : `Did you mean ${nearest}?`),
    ],
  });
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
