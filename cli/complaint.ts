import type { OperationKind } from '../lib/domain/plan.ts';
import type { Remedy } from '../lib/domain/remedy.ts';

/** The subject of a problem: the default for what a remedy leaves out. */
export interface RemedyContext {
  stack?: string;
  /** The operation that failed. */
  kind?: OperationKind;
}

/** A remedy that the command itself gives: a command line to copy. */
export interface CommandRemedy {
  action: 'runCommand';
  arguments: NonNullable<Remedy['arguments']>;
  text: string;
}

/** What went wrong, why, and what to do about it: a problem of the server, or one found here. */
export interface Complaint extends RemedyContext {
  message: string;
  code?: string;
  cause?: string;
  remedies?: readonly (Remedy | CommandRemedy)[];
  operationId?: string;
  /** All problems that were found at once, when there is more than one to fix. */
  findings?: Complaint[];
}

export const runCommand = (command: string, text: string): CommandRemedy => ({
  action: 'runCommand',
  arguments: { command },
  text,
});
