import { logText, type LogEntry } from '../lib/telemetry/log.ts';
import type { Log } from './host/index.ts';

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Prints the log entries of the control plane, and warnings and errors of the host, to stderr. */
export const logToTerminal =
  (format: LogFormat): Log =>
  (level, category, message) => {
    const entry = entryOf(message);
    if (entry !== undefined) print(format === 'json' ? message : logText(entry));
    else if (level === 'warning' || level === 'error')
      print(
        format === 'json' ? JSON.stringify({ level, category, message }) : `${level} ${category}: ${message}`,
      );
  };

/** Prints only warnings and errors of the host. */
export const logProblems: Log = (level, category, message) => {
  if (entryOf(message) === undefined) logToTerminal('text')(level, category, message);
};

const print = (line: string) => process.stderr.write(`${line}\n`);

/** Parses a log entry of the control plane, which is a JSON object with an `event`; undefined for other messages. */
function entryOf(message: string): LogEntry | undefined {
  if (!message.startsWith('{"event":')) return undefined;
  return JSON.parse(message) as LogEntry;
}
