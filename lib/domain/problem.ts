import { AZURE_PROBLEMS } from './problems/azure.ts';
import { CLUSTER_PROBLEMS } from './problems/cluster.ts';
import { REQUEST_PROBLEMS } from './problems/request.ts';
import { STACK_PROBLEMS } from './problems/stack.ts';
import type { Remedy } from './remedy.ts';

/** Everything that can go wrong for a user, by code. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...STACK_PROBLEMS,
  ...AZURE_PROBLEMS,
  ...CLUSTER_PROBLEMS,
};

export type ProblemCode = keyof typeof PROBLEMS;

/** What happened, why, and what to do about it; plain data, so that it can be stored and sent. */
export interface Problem {
  code: ProblemCode;
  /** What happened. */
  message: string;
  /** What can be done about it, in a form that every caller can render. */
  remedies: Remedy[];
  /** Why, in the words of the service that refused. Never holds a secret. */
  cause?: string;
  operationId?: string;
  /** Everything that was found at once, where there is more than one thing to fix. */
  findings?: Finding[];
}

/** One of several things to fix. */
export interface Finding {
  code: ProblemCode;
  message: string;
  remedies: Remedy[];
  /** Why, in figures or in Azure's words. */
  cause?: string;
}

export type ProblemOptions = Partial<Pick<Problem, 'remedies' | 'cause' | 'operationId' | 'findings'>>;

export const problem = (code: ProblemCode, message: string, details: ProblemOptions = {}): Problem => ({
  code,
  message,
  remedies: [...PROBLEMS[code].remedies],
  ...details,
});

/** Whether doing the same again, without any change, may succeed. */
export const isRetryable = (code: ProblemCode): boolean => 'retryable' in PROBLEMS[code];

/** A problem on its way to the edge, where it becomes an answer. Activities return problems instead. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(code: ProblemCode, message: string, details?: ProblemOptions) {
    super(message);
    this.name = 'ProblemError';
    this.problem = problem(code, message, details);
  }
}

/** Whether an error says that the records of Matcha cannot be reached now. */
export const isUnavailable = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && error.problem.code === 'TABLES_UNAVAILABLE';
