import type { CatalogueView } from '../lib/api/service.ts';
import { quote } from '../lib/domain/quote.ts';
import { suggest } from '../lib/domain/suggest.ts';
import { chooseStack, type Context } from './context.ts';
import { usageError } from './exit.ts';

export type Tool = Pick<CatalogueView['components'][number], 'name' | 'title' | 'slot'>;

/**
 * The stack and the tool that two arguments name. One argument is a tool when it is the name of one, so that the stack
 * can come from --stack or matcha.config.json.
 */
export async function stackAndTool(
  context: Context,
  args: readonly string[],
): Promise<{ name: string; tool?: Tool; tools: Tool[] }> {
  const { components } = (await context.api('readCatalogue')).value;
  const [first, second] = args;
  const isTool = second === undefined && first !== undefined && toolNamed(components, first) !== undefined;
  const [stack, word] = isTool ? [undefined, first] : [first, second];
  const name = await chooseStack(context, stack);
  const { value } = await context.api('getStack', { params: { name } });
  const tools = components.filter((component) => value.components.includes(component.name));
  if (word === undefined) return { name, tools };
  const tool = toolNamed(tools, word);
  if (tool === undefined) throw unknownTool(name, word, tools);
  return { name, tool, tools };
}

/** A tool by its name or its slot: `mlflow` or `experiment-tracker`. */
const toolNamed = <T extends Tool>(tools: readonly T[], word: string): T | undefined =>
  tools.find(({ name, slot }) => [name, slot].includes(word.toLowerCase()));

function unknownTool(stack: string, word: string, tools: readonly Tool[]) {
  const names = tools.map(({ name }) => name);
  const nearest = suggest(word, names);
  return usageError(
    `${stack} has no tool ${quote(word)}.`,
    nearest === undefined ? `It has ${names.join(', ')}.` : `Did you mean ${nearest}?`,
    'UNKNOWN_TOOL',
  );
}
