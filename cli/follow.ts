import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationView } from '../lib/api/operation.ts';
import type { OutputValues } from '../lib/api/stack.ts';
import { isOver } from '../lib/domain/status.ts';
import { ApiError, type Api } from './api.ts';
import { printJson, type Context } from './context.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';
import {
  degradedLines,
  destroyedLines,
  dueLines,
  hibernatedLines,
  leftLines,
  readyLines,
  verifiedLines,
} from './render/ending.ts';
import { failureLines, missingLines } from './render/problem.ts';
import type { Moment } from './render/progress.ts';
import { watchCommand, liveView, logView } from './views.ts';

const POLL_MS = { onScreen: 500, inLog: 1000 };
/** How long to retry while the server does not answer, for example during its restart. */
const RETRY_MS = 60_000;

/**
 * Follows an operation that was just started. With --no-wait it only prints the name of the stack and
 * `started`.
 */
export async function followOrReturn(
  context: Context,
  operation: OperationView,
  { about, started }: { about: string[]; started: string },
): Promise<ExitCode> {
  const { options, terminal } = context;
  if (options.wait !== false) return await follow(context, operation, about);
  if (options.json === true) printJson(context, operation);
  else terminal.out.print([`${operation.stack} ${started}, operation ${operation.id}`]);
  terminal.err.print([`\`${watchCommand(operation)}\` shows its progress.`]);
  return EXIT.ok;
}

/**
 * Shows an operation until it ends, then its result. `about` adds words to the first line. Ctrl-C ends the
 * command, not the operation.
 */
export async function follow(context: Context, operation: OperationView, about: string[]): Promise<ExitCode> {
  return await printResult(context, await watchToEnd(context, operation, about));
}

/** Shows an operation until it ends. */
export async function watchToEnd(
  context: Context,
  operation: OperationView,
  about: string[],
): Promise<OperationView> {
  const { api, terminal } = context;
  const view = terminal.canRedraw ? liveView(terminal, operation, about) : logView(terminal, operation);
  const interval = terminal.canRedraw ? POLL_MS.onScreen : POLL_MS.inLog;
  const onInterrupt = () => {
    view.close();
    terminal.err.print([`The operation continues; \`${watchCommand(operation)}\` shows it again.`]);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', onInterrupt);
  let latest = operation;
  try {
    for await (const moment of moments(api, operation, interval)) {
      if (moment === undefined) view.away();
      else view.show(moment);
      latest = moment?.operation ?? latest;
    }
  } finally {
    process.off('SIGINT', onInterrupt);
    view.close();
  }
  return latest;
}

/** Polls the operation until it ends; yields undefined when the server does not answer. */
async function* moments(
  api: Api,
  { id, stack }: OperationView,
  interval: number,
): AsyncGenerator<Moment | undefined> {
  let answeredAt = Date.now();
  for (;;) {
    try {
      const { value, at } = await api('getOperation', { params: { id } });
      answeredAt = Date.now();
      yield { operation: value, at };
      if (isOver(value.state)) return;
    } catch (error) {
      const isAway = error instanceof ApiError && (error.status === undefined || error.status >= 500);
      if (!isAway) throw error;
      if (Date.now() - answeredAt > RETRY_MS) throw connectionLost(stack, error);
      yield undefined;
    }
    await sleep(interval);
  }
}

const connectionLost = (stack: string, { complaint }: ApiError): CliError =>
  new CliError(EXIT.unfinished, {
    ...complaint,
    message: `Connection lost while watching ${stack}: ${complaint.message}`,
    remedies: [{ action: 'getOperation', text: 'The operation may continue; watch it again.' }],
    stack,
  });

/** Prints the result of an operation: success to stdout, failure to stderr. */
async function printResult(context: Context, operation: OperationView): Promise<ExitCode> {
  const { api, terminal, options } = context;
  const { out, err } = terminal;
  if (options.json === true) printJson(context, operation);
  else if (operation.state === 'Failed' || operation.state === 'Canceled')
    err.print([...failureLines(operation, err.look), ...leftLines(operation, err.look)]);
  else if (operation.state === 'PartiallySucceeded') err.print(degradedLines(operation, err.look));
  else if (operation.kind === 'destroy') out.print(destroyedLines(operation, out.look));
  else if (operation.kind === 'hibernate') out.print(hibernatedLines(operation, out.look));
  else if (operation.kind === 'verify') out.print(verifiedLines(operation, out.look));
  else {
    out.print(readyLines(operation, await outputsOf(api, operation.stack), out.look));
    err.print([...missingLines(operation, err.look), ...(await dueAfter(api, operation.stack))]);
  }
  return operation.state === 'Succeeded' ? EXIT.ok : EXIT.failed;
}

/** What follows a provision. Empty on an error: the operation has succeeded. */
async function dueAfter(api: Api, name: string): Promise<string[]> {
  try {
    return dueLines((await api('getStack', { params: { name } })).value);
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

/** The outputs of a stack. Empty on an error: the operation has succeeded, and `matcha get` shows the error. */
async function outputsOf(api: Api, stack: string): Promise<OutputValues> {
  try {
    return (await api('getOutputs', { params: { name: stack }, query: { reveal: false } })).value;
  } catch (error) {
    if (error instanceof ApiError) return {};
    throw error;
  }
}
