import type { Remedy } from '../remedy.ts';

/** What every problem of a code has in common. */
export interface ProblemKind {
  /** Of the HTTP answer. */
  status: number;
  /** What can be done about it, unless the place that reports it knows more. One after the other, or one of them. */
  remedies: readonly Remedy[];
  /** Trying again without any change may help. */
  retryable?: true;
}

export type ProblemTable = Record<string, ProblemKind>;
