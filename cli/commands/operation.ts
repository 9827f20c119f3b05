import { operationId, printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
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
    const about = [operation.kind, operation.state, `by ${operation.requestedBy.actor}`];
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
