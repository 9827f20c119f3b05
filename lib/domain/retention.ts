import { secondsOf } from './duration.ts';
import type { Phase } from './status.ts';

/**
 * What is deleted, and when. Everything else stays: events and receipts for audits, and the rest of each operation, so
 * that a repeated request finds it and does not run again.
 */
export const RETENTION = {
  /** The steps of an operation and its plan, this long after its end (ISO 8601). */
  steps: 'P30D',
  /** The newest operations of a stack keep theirs, until the stack is destroyed. */
  newestOperations: 10,
  /** Requests that were refused because of who sent them. */
  accessEvents: 'P90D',
} as const;

interface Operation {
  startedAt: string;
  /** Absent while the operation holds its stack. */
  finishedAt?: string;
  plan: { steps: readonly unknown[] };
}

/** The operations of a stack whose steps and plan are due. `now` is in milliseconds since the epoch. */
export function prunable<T extends { value: Operation }>(
  operations: readonly T[],
  phase: Phase,
  now: number,
): T[] {
  const end = now - secondsOf(RETENTION.steps) * 1000;
  return operations
    .toSorted((a, b) => b.value.startedAt.localeCompare(a.value.startedAt))
    .slice(phase === 'Destroyed' ? 0 : RETENTION.newestOperations)
    .filter(
      ({ value: { finishedAt, plan } }) =>
        finishedAt !== undefined && Date.parse(finishedAt) < end && plan.steps.length > 0,
    );
}
