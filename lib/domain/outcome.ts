import type { Problem } from './problem.ts';
import { scrub } from './scrub.ts';

/**
 * The result of an activity. Expected failures are returned, not thrown: an orchestrator cannot distinguish a
 * thrown quota error from a thrown bug, and retries both.
 */
export type Outcome<T = null> = Ready<T> | Pending | Failed;

interface Traced {
  /** Azure's correlation id of the last request, for the log. */
  correlationId?: string;
}

export interface Ready<T> extends Traced {
  state: 'ready';
  value: T;
  /** The result as text for users. */
  detail?: string;
}

/** Not done yet: call again after `retryAfter` seconds, with `resume` if it is set. */
export interface Pending extends Traced {
  state: 'pending';
  detail: string;
  retryAfter: number;
  /** The state for the next call, such as a serialized poller. Never contains a secret. */
  resume?: string;
  /**
   * When every outcome stays pending with a grace period for this many seconds, the step fails with this
   * problem. Without a grace period only the limit of the step counts.
   */
  grace?: { seconds: number; problem: Problem };
  /** The problem for a caller that does not wait, when its code is more specific than that of the service. */
  problem?: Problem;
}

export interface Failed extends Traced {
  state: 'failed';
  problem: Problem;
}

/** The operation was ended from outside, so the step did nothing. */
export interface Superseded {
  state: 'superseded';
}

export const superseded: Superseded = { state: 'superseded' };

export const ready = <T>(value: T): Ready<T> => ({ state: 'ready', value });

export const done: Ready<null> = { state: 'ready', value: null };

/** `retryAfter` is in seconds. Secrets in the detail, which may quote another system, are removed. */
export const pending = (detail: string, retryAfter: number, resume?: string): Pending => ({
  state: 'pending',
  detail: scrub(detail),
  retryAfter,
  ...(resume !== undefined && { resume }),
});

export const failed = (problem: Problem): Failed => ({ state: 'failed', problem });
