import { scrub, scrubAll } from '../domain/scrub.ts';

/** The events in the log. docs/operations.md lists the fields of each. */
export type LogEvent =
  | 'operation.requested'
  | 'operation.ending'
  | 'operation.displaced'
  | 'operation.superseded'
  | 'operation.ended'
  | 'operation.retried'
  | 'step.started'
  | 'step.done'
  | 'step.failed'
  | 'step.blocked'
  | 'step.retried'
  | 'step.superseded'
  | 'records.pruned'
  | 'records.retried'
  | 'request.failed'
  | 'access.refused'
  | 'access.unrecorded'
  | 'person.unrecorded'
  | 'chat.answered';

/** A log line. Never contains a secret. */
export interface LogEntry {
  event: LogEvent;
  stack?: string;
  operation?: string;
  /** The kind of the operation, such as `provision`. */
  kind?: string;
  step?: string;
  /** The number of the call of the step's activity, from 1. */
  attempt?: number;
  /** The final state of an operation. */
  state?: string;
  durationMs?: number;
  problem?: string;
  /** Azure's correlation id of the last request, to find it in Azure's activity log. */
  correlationId?: string;
  /** The name of the caller. */
  actor?: string;
  message?: string;
}

/** Writes log lines. */
export type Log = (level: LogLevel, entry: LogEntry) => void;

export type LogLevel = 'info' | 'warn' | 'error';

/** The part of a Functions invocation context that writes log lines. */
export type Sink = Record<LogLevel, (message: string) => void>;

/** Returns a log that writes each entry as one line of JSON, without secrets. */
export const logTo =
  (sink: Sink): Log =>
  (level, entry) =>
    sink[level](JSON.stringify(scrubAll(entry)));

/**
 * The message of an error on one line, without secrets. The messages of HTTP clients and parsers quote what they
 * received: of their errors only the name, the code, the status and the request id are shown.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return scrub(onOneLine(String(error)));
  return scrub(isQuoting(error) ? summaryOf(error) : onOneLine(error.message));
}

const isQuoting = (error: Error): boolean =>
  error instanceof SyntaxError || 'statusCode' in error || 'body' in error;

/** RestError of Azure has a `statusCode` and its own `code`; the `code` of Kubernetes' ApiException is the status. */
function summaryOf({ name, code, statusCode, request }: ClientError): string {
  const status = statusCode ?? (typeof code === 'number' ? code : undefined);
  return [
    name,
    typeof code === 'string' ? code : undefined,
    status === undefined ? undefined : `HTTP ${status}`,
    request?.requestId === undefined ? undefined : `request ${request.requestId}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

interface ClientError extends Error {
  code?: string | number;
  statusCode?: number;
  request?: { requestId?: string };
}

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A readable form of an entry: `step.done demo-1a2b3c4d cluster 281.0 s`. */
export function logText({
  event,
  stack,
  operation,
  step,
  durationMs,
  problem,
  message,
  ...rest
}: LogEntry): string {
  const named = [event, operation ?? stack, step];
  const duration = durationMs === undefined ? undefined : `${(durationMs / 1000).toFixed(1)} s`;
  const more = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return [...named, duration, problem, ...more, message].filter((part) => part !== undefined).join(' ');
}
