import type { Remedy } from '../remedy.ts';

/** The properties of a problem code. */
export interface ProblemKind {
  /** The HTTP status of the response. */
  status: number;
  /**
   * The default remedies: consecutive steps, or alternatives. The code that reports the problem may give
   * better ones.
   */
  remedies: readonly Remedy[];
  /** Whether a retry without any change can succeed. */
  retryable?: true;
}

export type ProblemTable = Record<string, ProblemKind>;
