import type { Problem } from './problem.ts';

/**
 * What an activity reports. Expected failures are returned, never thrown: an orchestrator cannot tell a
 * thrown quota error from a thrown bug, and would try both again.
 */
export type Outcome<T = null> = Ready<T> | Pending | Failed;

export interface Ready<T> {
  state: 'ready';
  value: T;
  /** The result, where it is worth showing. */
  detail?: string;
}

/** Not there yet: ask again after `retryAfter` seconds and hand back `resume`, if there is one. */
export interface Pending {
  state: 'pending';
  detail: string;
  retryAfter: number;
  /** Where a later call continues, such as a serialized poller. Never holds a secret. */
  resume?: string;
  /**
   * What it means if this stays pending with a grace period for so many seconds: then the step has failed with this
   * problem. Without one only the step's own limit counts.
   */
  grace?: { seconds: number; problem: Problem };
}

export interface Failed {
  state: 'failed';
  problem: Problem;
}

export const ready = <T>(value: T): Ready<T> => ({ state: 'ready', value });

export const done: Ready<null> = { state: 'ready', value: null };

/** `retryAfter` is in seconds. */
export const pending = (detail: string, retryAfter: number, resume?: string): Pending => ({
  state: 'pending',
  detail,
  retryAfter,
  ...(resume !== undefined && { resume }),
});

export const failed = (problem: Problem): Failed => ({ state: 'failed', problem });
