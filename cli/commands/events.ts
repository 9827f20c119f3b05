import type { Receipt } from '../../lib/domain/status.ts';
import type { Api } from '../api.ts';
import { chooseStack, printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { receiptLines } from '../render/ending.ts';
import { eventTable } from '../render/events.ts';

/** Tells what happened to a stack; with --receipt, what its destruction deleted. */
export async function events(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const name = await chooseStack(context, argument);
  const { look, print } = terminal.out;
  if (options.receipt === true) {
    const receipt = await lastReceipt(api, name);
    if (options.json === true) printJson(context, receipt);
    else print(receiptLines(receipt, look));
    return EXIT.ok;
  }
  const { value } = await api.events(name);
  if (options.json === true) printJson(context, value);
  else print(eventTable(value.events, look));
  return EXIT.ok;
}

/** The receipt is in the operation that destroyed the stack: mostly its last, else an earlier one. */
async function lastReceipt(api: Api, name: string): Promise<Receipt> {
  const { value } = await api.events(name);
  const newestFirst = value.events.toSorted((a, b) => b.at.localeCompare(a.at));
  const ids = new Set(newestFirst.flatMap(({ operation }) => operation ?? []));
  for (const id of ids) {
    const { value: operation } = await api.operation(id);
    if (operation.receipt !== undefined) return operation.receipt;
  }
  throw new CliError(EXIT.failed, {
    message: `${name} has no receipt: it was never destroyed.`,
    remedies: [{ action: 'listEvents', text: 'See what happened to it.' }],
    stack: name,
  });
}
