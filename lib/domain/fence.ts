import { isUnavailable } from './problem.ts';

/**
 * How an operation owns its stack. The stack's record holds the id of its operation and an epoch, which grows
 * when an operation begins and when one is ended from outside. An activity writes only while both are its own.
 */

/** Times of the fence, in seconds. A check and a request together take less than the grace period. */
export const FENCE = {
  /** How long an activity may write after a check; then it checks again. */
  validFor: 60,
  /** The limit of one request to Azure or a cluster. */
  requestLimit: 20,
  /** An ended operation holds its stack this long, so that its last requests have arrived. */
  grace: 90,
} as const;

/** What an operation must hold to write. */
export interface Claim {
  stack: string;
  operation: string;
  epoch: number;
}

/** Guards the writes of an activity. Both functions throw a SupersededError when the operation was ended. */
export interface Fence {
  /** Before a write. Reads the record only when the last check is too old. */
  allowWrite(): Promise<void>;
  /** After a wait, and before a request is sent again. Always reads the record. */
  check(): Promise<void>;
}

/** The operation does not hold its stack anymore. */
export class SupersededError extends Error {
  constructor({ operation, stack }: Claim) {
    super(`${operation} does not hold ${stack} anymore.`);
    this.name = 'SupersededError';
  }
}

/**
 * Whether an error comes from the fence and says nothing about the request: the operation was ended, or its record is
 * unreachable.
 */
export const isFenceError = (error: unknown): boolean =>
  error instanceof SupersededError || isUnavailable(error);

/** The fence of commands, which only read, and of tests. */
export const NO_FENCE: Fence = {
  allowWrite: () => Promise.resolve(),
  check: () => Promise.resolve(),
};
