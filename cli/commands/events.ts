import { chooseStack, printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { receiptLines } from '../render/ending.ts';
import { eventTable } from '../render/events.ts';

/** Lists the events of a stack; with --receipt, what each destroy operation found and deleted. */
export async function events(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { look, print } = terminal.out;
  if (options.receipt === true) {
    const { receipts } = (await api('listReceipts', { params: { name } })).value;
    if (receipts.length === 0) throw noReceipt(name);
    if (options.json === true) printJson(context, { receipts });
    else print(receipts.toReversed().flatMap((receipt) => receiptLines(receipt, look)));
    return EXIT.ok;
  }
  const { value } = await api('listEvents', { params: { name } });
  if (options.json === true) printJson(context, value);
  else print(eventTable(value.events, look));
  return EXIT.ok;
}

const noReceipt = (name: string): CliError =>
  new CliError(EXIT.failed, {
    message: `${name} has no receipt: it was never destroyed.`,
    remedies: [{ action: 'listEvents', text: 'See its events.' }],
    stack: name,
  });
