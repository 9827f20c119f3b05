/** The events in the log. docs/operations.md lists the fields of each. */
export type LogEvent =
  | 'operation.requested'
  | 'operation.ended'
  | 'operation.retried'
  | 'step.started'
  | 'step.done'
  | 'step.failed'
  | 'step.blocked'
  | 'step.retried'
  | 'records.pruned'
  | 'records.retried'
  | 'request.failed';

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

/** Returns a log that writes each entry as one line of JSON. */
export const logTo =
  (sink: Sink): Log =>
  (level, entry) =>
    sink[level](JSON.stringify(entry));

/** The message of an error, on one line. */
export const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();

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
