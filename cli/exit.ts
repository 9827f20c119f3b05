import { manual, type Remedy } from '../lib/domain/remedy.ts';
import type { RemedyContext } from './render/remedy.ts';

/** Exit codes. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** Cancelled by its caller, or no longer watched; what was begun goes on. */
  unfinished: 3,
  auth: 4,
  conflict: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What went wrong, why, and what to do about it: a problem of the server, or one found here. */
export interface Complaint extends RemedyContext {
  message: string;
  code?: string;
  cause?: string;
  remedies?: readonly Remedy[];
  operationId?: string;
  /** Everything that was found at once, where there is more than one thing to fix. */
  findings?: Complaint[];
}

/** Ends the command: the complaint is shown, and the shell gets the exit code. */
export class CliError extends Error {
  readonly exit: ExitCode;
  readonly complaint: Complaint;

  constructor(exit: ExitCode, complaint: Complaint) {
    super(complaint.message);
    this.name = 'CliError';
    this.exit = exit;
    this.complaint = complaint;
  }
}

/** The command was not used as it should be; `advice` says how. */
export const usageError = (message: string, advice: string): CliError =>
  new CliError(EXIT.usage, { message, remedies: [manual(advice)] });

const BY_STATUS: Record<number, ExitCode> = {
  400: EXIT.usage,
  401: EXIT.auth,
  403: EXIT.auth,
  409: EXIT.conflict,
  413: EXIT.usage,
};

/** The exit code for a request that the server refused with this HTTP status. */
export const exitForStatus = (status: number): ExitCode => BY_STATUS[status] ?? EXIT.failed;
