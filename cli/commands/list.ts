import type { OperationView } from '../../lib/api/operation.ts';
import type { StackView } from '../../lib/api/stack.ts';
import type { Api } from '../api.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { allStacks } from '../pages.ts';
import { stackTable } from '../render/stacks.ts';

/** Each active operation costs one request, so their number is limited. */
const OPERATIONS_SHOWN = 20;

/** Lists the stacks. */
export async function list(context: Context): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const { stacks, at } = await allStacks(api, { all: options.all === true });
  if (options.json === true) printJson(context, { stacks });
  else if (stacks.length === 0) terminal.err.print(['No stacks yet. `matcha provision` creates one.']);
  else terminal.out.print(stackTable(stacks, at, terminal.out.look, await activeOperations(api, stacks)));
  return EXIT.ok;
}

async function activeOperations(api: Api, stacks: readonly StackView[]): Promise<Map<string, OperationView>> {
  const ids = stacks.flatMap(({ activeOperation }) => activeOperation ?? []).slice(0, OPERATIONS_SHOWN);
  const found = await Promise.all(ids.map((id) => api('getOperation', { params: { id } })));
  return new Map(found.map(({ value }) => [value.id, value]));
}
