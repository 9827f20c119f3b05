import { AZURE_PROBLEMS } from './problems/azure.ts';
import { CHAT_PROBLEMS } from './problems/chat.ts';
import { CLUSTER_PROBLEMS } from './problems/cluster.ts';
import { REQUEST_PROBLEMS } from './problems/request.ts';
import { STACK_PROBLEMS } from './problems/stack.ts';
import type { Remedy } from './remedy.ts';
import { scrubAll } from './scrub.ts';

/** Everything that can go wrong for a user, by code. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...STACK_PROBLEMS,
  ...AZURE_PROBLEMS,
  ...CLUSTER_PROBLEMS,
  ...CHAT_PROBLEMS,
};

export type ProblemCode = keyof typeof PROBLEMS;

/** What happened, why, and what to do about it. Plain data, so that it can be stored and sent. */
export interface Problem {
  code: ProblemCode;
  /** What happened. */
  message: string;
  /** What to do about it, in a form that every caller can render. */
  remedies: Remedy[];
  /** The error of the service, without secrets that it quotes. */
  cause?: string;
  operationId?: string;
  /** All problems, when there is more than one. */
  findings?: Finding[];
}

/** One of several things to fix. */
export interface Finding {
  code: ProblemCode;
  message: string;
  remedies: Remedy[];
  /** The figures, or the error of Azure. */
  cause?: string;
}

export type ProblemOptions = Partial<Pick<Problem, 'remedies' | 'cause' | 'operationId' | 'findings'>>;

/** Makes a problem. Its texts may quote another system: secrets in them are removed. */
export const problem = (code: ProblemCode, message: string, details: ProblemOptions = {}): Problem =>
  scrubAll({ code, message, remedies: [...PROBLEMS[code].remedies], ...details });

/** Whether a retry without any change can succeed. */
export const isRetryable = (code: ProblemCode): boolean => 'retryable' in PROBLEMS[code];

/** A problem that the HTTP layer turns into a response. Activities return problems instead. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(code: ProblemCode, message: string, details?: ProblemOptions) {
    const made = problem(code, message, details);
    super(made.message);
    this.name = 'ProblemError';
    this.problem = made;
  }
}

/** Whether an error means that the records are unreachable. */
export const isUnavailable = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && error.problem.code === 'TABLES_UNAVAILABLE';
