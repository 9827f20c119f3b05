import { chooseStack, printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { allPages } from '../pages.ts';
import { receiptLines } from '../render/ending.ts';
import { accessTable, eventTable } from '../render/events.ts';

/**
 * Lists the newest events of a stack, with --all every event; with --receipt, what each destroy operation found and
 * deleted; with --access, who was refused on any stack.
 */
export async function events(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  if (options.access === true) return accessEvents(context);
  const name = await chooseStack(context, argument);
  const { look, print } = terminal.out;
  if (options.receipt === true) {
    const pages = await allPages((position) => api('listReceipts', { params: { name }, query: position }));
    const receipts = pages.flatMap(({ value }) => value.receipts).sort((a, b) => b.at.localeCompare(a.at));
    if (receipts.length === 0) throw noReceipt(name);
    if (options.json === true) printJson(context, { receipts });
    else print(receipts.toReversed().flatMap((receipt) => receiptLines(receipt, look)));
    return EXIT.ok;
  }
  const read = (position: { continuationToken?: string }) =>
    api('listEvents', { params: { name }, query: position });
  const pages = options.all === true ? await allPages(read) : [await read({})];
  const found = pages.flatMap(({ value }) => value.events);
  if (options.json === true) printJson(context, { events: found });
  else print(eventTable(found, look));
  if (pages.at(-1)?.value.continuationToken !== undefined)
    terminal.err.print([`These are the newest. \`matcha events ${name} --all\` lists all.`]);
  return EXIT.ok;
}

async function accessEvents(context: Context): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const read = (query: { continuationToken?: string }) => api('listAccessEvents', { query });
  const pages = options.all === true ? await allPages(read) : [await read({})];
  const found = pages.flatMap(({ value }) => value.events);
  if (options.json === true) printJson(context, { events: found });
  else if (found.length === 0) terminal.err.print(['Nobody was refused in the last 90 days.']);
  else terminal.out.print(accessTable(found, terminal.out.look));
  if (pages.at(-1)?.value.continuationToken !== undefined)
    terminal.err.print(['These are the newest. `matcha events --access --all` lists all.']);
  return EXIT.ok;
}

const noReceipt = (name: string): CliError =>
  new CliError(EXIT.failed, {
    message: `${name} has no receipt: it was never destroyed.`,
    remedies: [{ action: 'listEvents', text: 'See its events.' }],
    stack: name,
  });
