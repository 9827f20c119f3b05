import { manual } from '../lib/domain/remedies.ts';
import type { Remedy } from '../lib/domain/remedy.ts';
import type { CommandRemedy, Complaint } from './complaint.ts';

/** Exit codes. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** The user said no, or the command stopped watching; an operation that was started continues. */
  unfinished: 3,
  auth: 4,
  conflict: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command: prints the complaint and sets the exit code. */
export class CliError extends Error {
  readonly exit: number;
  readonly complaint: Complaint;

  constructor(exit: number, complaint: Complaint) {
    super(complaint.message);
    this.name = 'CliError';
    this.exit = exit;
    this.complaint = complaint;
  }
}

/** Wrong usage of the command. `advice` says what to do instead: a sentence, or a command to copy. */
export const usageError = (
  message: string,
  advice: string | CommandRemedy | Remedy,
  code = 'WRONG_USAGE',
): CliError =>
  new CliError(EXIT.usage, {
    code,
    message,
    remedies: [typeof advice === 'string' ? manual(advice) : advice],
  });

/** Ends a command that the user declined or interrupted before it changed anything. */
export const nothingDone = (exit: ExitCode): CliError => new CliError(exit, { message: 'Nothing was done.' });

const BY_STATUS: Record<number, ExitCode> = {
  400: EXIT.usage,
  401: EXIT.auth,
  403: EXIT.auth,
  409: EXIT.conflict,
  412: EXIT.conflict,
  413: EXIT.usage,
};

/** The exit code for an HTTP error status of the server. */
export const exitForStatus = (status: number): ExitCode => BY_STATUS[status] ?? EXIT.failed;
