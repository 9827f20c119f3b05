import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationView } from '../lib/api/operation.ts';
import type { OutputValues } from '../lib/api/stack.ts';
import { ApiError, type Api } from './api.ts';
import { printJson, type Context } from './context.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';
import { asleepLines, degradedLines, goneLines, leftLines, readyLines } from './render/ending.ts';
import { failureLines } from './render/problem.ts';
import type { Moment } from './render/progress.ts';
import { comeBack, liveView, logView } from './views.ts';

const POLL_MS = { onScreen: 500, inLog: 1000 };
/** How long a server may be away, as when it is restarted, before watching is given up. */
const PATIENCE_MS = 60_000;

/**
 * Follows an operation that was just started, or with --no-wait only says so: `begun` goes on after the name of
 * the stack.
 */
export async function followOrReturn(
  context: Context,
  operation: OperationView,
  { about, begun }: { about: string[]; begun: string },
): Promise<ExitCode> {
  const { options, terminal } = context;
  if (options.wait !== false) return await follow(context, operation, about);
  if (options.json === true) printJson(context, operation);
  else terminal.out.print([`${operation.stack} ${begun}, operation ${operation.id}`]);
  terminal.err.print([`\`${comeBack(operation)}\` shows how far it is.`]);
  return EXIT.ok;
}

/**
 * Shows an operation until it ends, then tells the end. `about` says more of the stack in the first line.
 * Ctrl-C stops the watching at once, never the operation.
 */
export async function follow(context: Context, operation: OperationView, about: string[]): Promise<ExitCode> {
  const { api, terminal } = context;
  const view = terminal.canRedraw ? liveView(terminal, operation, about) : logView(terminal, operation);
  const interval = terminal.canRedraw ? POLL_MS.onScreen : POLL_MS.inLog;
  const onInterrupt = () => {
    view.close();
    terminal.err.print([`${operation.stack} goes on; \`${comeBack(operation)}\` comes back to it.`]);
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
  return await tellEnd(context, latest);
}

/** The operation now and at every poll until it ends; undefined whenever the server gives no answer. */
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
      if (value.state !== 'Running') return;
    } catch (error) {
      const isAway = error instanceof ApiError && (error.status === undefined || error.status >= 500);
      if (!isAway) throw error;
      if (Date.now() - answeredAt > PATIENCE_MS) throw lostSight(stack, error);
      yield undefined;
    }
    await sleep(interval);
  }
}

const lostSight = (stack: string, { complaint }: ApiError): CliError =>
  new CliError(EXIT.unfinished, {
    ...complaint,
    message: `Lost sight of ${stack}: ${complaint.message}`,
    remedies: [{ action: 'getOperation', text: 'It may well go on; this comes back to it.' }],
    stack,
  });

/** Prints how an operation ended: success to stdout, failure to stderr. */
async function tellEnd(context: Context, operation: OperationView): Promise<ExitCode> {
  const { api, terminal, options } = context;
  const { out, err } = terminal;
  const isWhole = operation.steps.every(({ state }) => state === 'done');
  if (options.json === true) printJson(context, operation);
  else if (operation.state === 'Failed')
    err.print([...failureLines(operation, err.look), ...leftLines(operation, err.look)]);
  else if (!isWhole) err.print(degradedLines(operation, err.look));
  else if (operation.kind === 'destroy') out.print(goneLines(operation, out.look));
  else if (operation.kind === 'hibernate') out.print(asleepLines(operation, out.look));
  else out.print(readyLines(operation, await outputsOf(api, operation.stack), out.look));
  return operation.state === 'Succeeded' && isWhole ? EXIT.ok : EXIT.failed;
}

/** No outputs are no reason to call a finished provision a failure; `matcha get` tells why there are none. */
async function outputsOf(api: Api, stack: string): Promise<OutputValues> {
  try {
    return (await api('getOutputs', { params: { name: stack }, query: { reveal: false } })).value;
  } catch (error) {
    if (error instanceof ApiError) return {};
    throw error;
  }
}
