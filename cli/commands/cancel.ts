import type { OperationView } from '../../lib/api/operation.ts';
import { stackOf } from '../../lib/domain/operation-id.ts';
import { confirm, requireConsent } from '../consent.ts';
import { chooseStack, operationId, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { watchToEnd } from '../follow.ts';
import { wrap } from '../render/text.ts';

/** Cancels the active operation of a stack. */
export async function cancel(context: Context, [argument]: string[]): Promise<ExitCode> {
  requireConsent(context);
  const name = await chooseStack(context, argument);
  const { value: stack } = await context.api('getStack', { params: { name } });
  const { activeOperation: id, operation } = stack;
  if (id !== undefined) return await cancelById(context, id, operation?.kind ?? 'operation');
  if (context.options.json === true) printJson(context, operation ?? null);
  else context.terminal.out.print([`${name} is ${stack.phase}; no operation is running.`]);
  return EXIT.ok;
}

/** Cancels an operation by its id. */
export async function cancelOperation(context: Context, [argument]: string[]): Promise<ExitCode> {
  const id = operationId(argument);
  requireConsent(context);
  return await cancelById(context, id, 'operation');
}

async function cancelById(context: Context, id: string, kind: string): Promise<ExitCode> {
  const { api, options, terminal } = context;
  await confirm(context, `Cancel the ${kind} of ${stackOf(id) ?? id}?`);
  const { value: operation } = await api('cancelOperation', { params: { id } });
  const ended = options.wait === false ? operation : await watchToEnd(context, operation, [operation.kind]);
  if (options.json === true) printJson(context, ended);
  else terminal.out.print(wrap(resultText(ended), terminal.out.look.width));
  return EXIT.ok;
}

function resultText({ stack, kind, state }: OperationView): string {
  if (state === 'Ending')
    return `The ${kind} of ${stack} is being canceled. \`matcha watch ${stack}\` shows it.`;
  if (state !== 'Canceled') return `The ${kind} of ${stack} had already ended: ${state}.`;
  const next = kind === 'destroy' ? 'destroy' : 'provision';
  return `The ${kind} of ${stack} is canceled. What it made stays; \`matcha ${next} ${stack}\` continues from it.`;
}
