import { z } from 'zod';
import { actor } from './principal.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { time } from './status.ts';

/** An event of who may do what: a request that was refused because of who sent it, or a change of who somebody is. */
export const accessEvent = z.strictObject({
  at: time,
  kind: z.enum(['access.refused', 'chat.linked', 'chat.unlinked']),
  ...actor.shape,
  message: z.string(),
  /** The route or command that was refused. */
  route: z.string().exactOptional(),
  /** The stack that was named, whether or not it exists. */
  stack: z.string().exactOptional(),
  /** The code of the problem. */
  code: z.string().exactOptional(),
  /** The row stands for so many refusals, of a time with too many to store each. */
  count: z.int().exactOptional(),
});
export type AccessEvent = z.infer<typeof accessEvent>;

/** The name of a caller of whom nothing is known. */
export const NOBODY = 'nobody';

/**
 * How many refusals of known people, and of others, one process stores in a minute. The rest is counted, so that a flood
 * of them neither fills the table nor hides what a person did.
 */
export const REFUSALS_PER_MINUTE = { known: 60, unknown: 30 } as const;

const REFUSALS: readonly ProblemCode[] = ['NOT_SIGNED_IN', 'TOKEN_REFUSED', 'NOT_ALLOWED'];

/** Whether a request was refused because of who sent it. Azure's own refusals are something else. */
export const isRefusal = ({ code }: Pick<Problem, 'code'>): boolean => REFUSALS.includes(code);

/** Counts what is more than `most` in a minute. */
export function createLimit(most: number) {
  let minute = -1;
  let taken = 0;
  let missed = 0;
  return {
    /** Whether one more is within the limit at `now`, in milliseconds since the epoch. */
    take(now: number): boolean {
      const current = Math.floor(now / 60_000);
      if (current !== minute) {
        minute = current;
        taken = 0;
      }
      if (taken < most) {
        taken += 1;
        return true;
      }
      missed += 1;
      return false;
    },
    /** How many were not within the limit in the minutes before `now`, since the last call. */
    missedBefore(now: number): number {
      if (Math.floor(now / 60_000) === minute) return 0;
      const found = missed;
      missed = 0;
      return found;
    },
  };
}
