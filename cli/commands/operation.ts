import { stackOf } from '../../lib/domain/operation-id.ts';
import { quote } from '../../lib/domain/quote.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';
import { follow } from '../follow.ts';
import { failureLines } from '../render/problem.ts';
import { progressLines } from '../render/progress.ts';

/** Shows the state of an operation. */
export async function showOperation(context: Context, [argument]: string[]): Promise<ExitCode> {
  const id = operationId(argument);
  const { options, terminal } = context;
  const { value: operation, at } = await context.api('getOperation', { params: { id } });
  const { look, print } = terminal.out;
  if (options.json === true) printJson(context, operation);
  else {
    const about = [operation.kind, operation.state, `by ${operation.requestedBy}`];
    print(progressLines({ operation, at }, look, { about }));
    if (operation.state === 'Failed' || operation.state === 'Canceled')
      print(['', ...failureLines(operation, look)]);
  }
  return EXIT.ok;
}

/** Follows an operation to its end. */
export async function watchOperation(context: Context, [argument]: string[]): Promise<ExitCode> {
  const id = operationId(argument);
  const { value: operation } = await context.api('getOperation', { params: { id } });
  return await follow(context, operation, [operation.kind]);
}

function operationId(argument = ''): string {
  if (stackOf(argument) !== undefined) return argument;
  throw usageError(
    `${quote(argument)} is not the id of an operation.`,
    'An id looks like demo-1a2b3c4d; `matcha status` shows it.',
  );
}
