/** What a log line is about. docs/operations.md lists the fields of each. */
export type LogEvent =
  | 'operation.requested'
  | 'operation.ended'
  | 'operation.retried'
  | 'step.started'
  | 'step.done'
  | 'step.failed'
  | 'step.blocked'
  | 'step.retried'
  | 'request.failed';

/** One log line: the same fields everywhere, and never a secret. */
export interface LogEntry {
  event: LogEvent;
  stack?: string;
  operation?: string;
  /** The kind of operation, such as `provision`. */
  kind?: string;
  step?: string;
  /** 1 for the first call of a step's activity. */
  attempt?: number;
  /** The state or phase that an operation ended in. */
  state?: string;
  durationMs?: number;
  problem?: string;
  /** Azure's id of the last request, for its activity log and its support. */
  correlationId?: string;
  /** The caller's name. */
  actor?: string;
  message?: string;
}

/** Writes log lines. */
export type Log = (level: LogLevel, entry: LogEntry) => void;

export type LogLevel = 'info' | 'warn' | 'error';

/** The part of a Functions invocation context that writes log lines. */
export type Sink = Record<LogLevel, (message: string) => void>;

/** Writes each entry as one line of JSON. */
export const logTo =
  (sink: Sink): Log =>
  (level, entry) =>
    sink[level](JSON.stringify(entry));

/** What an error says, on one line. */
export const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();

/** The readable form of an entry: `step.done demo demo-1a2b3c4d cluster 281.0 s`. */
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
