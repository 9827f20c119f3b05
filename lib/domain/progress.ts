import { MINUTE } from './duration.ts';
import type { Failed, Outcome } from './outcome.ts';
import type { Step } from './plan.ts';
import { isRetryable, problem, type Problem } from './problem.ts';
import { afterUnexpected } from './retry.ts';

/**
 * How far the steps of an operation have come. Plain data, and every change of it a pure function: the
 * orchestrator calls these and waits, and does nothing else. Times are milliseconds since the epoch.
 */
export type Progress = Record<string, StepProgress>;

export interface StepProgress {
  state: 'waiting' | 'running' | 'done' | 'failed' | 'blocked';
  attempts: number;
  startedAt?: number;
  /** When to ask again. */
  dueAt?: number;
  resume?: string;
  /** Since when every answer has had a grace period. */
  graceSince?: number;
  /** Unexpected errors in a row. */
  unexpectedErrors: number;
  problem?: Problem;
}

export const beginProgress = (steps: readonly Step[]): Progress =>
  Object.fromEntries(steps.map(({ id }) => [id, { state: 'waiting', attempts: 0, unexpectedErrors: 0 }]));

/** The steps to call now: begun ones that are due, and those whose dependencies are all done. */
export const dueSteps = (steps: readonly Step[], progress: Progress, now: number): Step[] =>
  steps.filter(({ id, after }) => {
    const at = progress[id];
    if (at?.state === 'running') return (at.dueAt ?? 0) <= now;
    return at?.state === 'waiting' && after.every((dependency) => progress[dependency]?.state === 'done');
  });

/** When the next step is due; undefined when none will ever be, so that all is over. */
export function nextDue(progress: Progress): number | undefined {
  const running = Object.values(progress).filter(({ state }) => state === 'running');
  return running.length === 0 ? undefined : Math.min(...running.map(({ dueAt }) => dueAt ?? 0));
}

/** Marks a step as called now. */
export const callStep = (progress: Progress, id: string, now: number): Progress =>
  change(progress, id, (at) => ({
    ...at,
    state: 'running',
    attempts: at.attempts + 1,
    startedAt: at.startedAt ?? now,
  }));

/** Records what a step's activity reported; the dependants of a failed step are blocked. */
export function settleStep(
  steps: readonly Step[],
  progress: Progress,
  step: Step,
  outcome: Outcome<unknown>,
  now: number,
): Progress {
  const settled = change(progress, step.id, (at) => settle(step, at, outcome, now));
  return settled[step.id]?.state === 'failed' ? blockDependants(steps, settled) : settled;
}

/** Whether a failure stays, or another try may get over it; `errorsBefore` is how many came before it in a row. */
export const isFinal = (outcome: Failed, errorsBefore: number): boolean =>
  nextTry(outcome, errorsBefore + 1) === undefined;

const nextTry = ({ problem: { code } }: Failed, inARow: number): number | undefined =>
  isRetryable(code) ? afterUnexpected(inARow) : undefined;

function settle(step: Step, at: StepProgress, outcome: Outcome<unknown>, now: number): StepProgress {
  const { startedAt = now, attempts } = at;
  switch (outcome.state) {
    case 'ready':
      return { state: 'done', attempts, startedAt, unexpectedErrors: 0 };
    case 'pending': {
      const { detail, grace } = outcome;
      const dueAt = now + outcome.retryAfter * 1000;
      const graceSince = grace && (at.graceSince ?? now);
      const graceEnds = grace && (graceSince ?? now) + grace.seconds * 1000;
      if (dueAt > Math.min(startedAt + step.limit * 1000, graceEnds ?? Number.POSITIVE_INFINITY)) {
        const waited = Math.round((now - startedAt) / (MINUTE * 1000));
        const timedOut = `${step.title}: not done after ${String(waited)} minutes.`;
        const found = grace?.problem ?? problem('STEP_TIMED_OUT', timedOut, { cause: detail });
        return { state: 'failed', attempts, startedAt, unexpectedErrors: 0, problem: found };
      }
      return {
        state: 'running',
        attempts,
        startedAt,
        dueAt,
        unexpectedErrors: 0,
        ...(graceSince !== undefined && { graceSince }),
        ...(outcome.resume !== undefined && { resume: outcome.resume }),
      };
    }
    case 'failed': {
      const unexpectedErrors = at.unexpectedErrors + 1;
      const after = nextTry(outcome, unexpectedErrors);
      return after === undefined
        ? { state: 'failed', attempts, startedAt, unexpectedErrors, problem: outcome.problem }
        : { ...at, startedAt, dueAt: now + after * 1000, unexpectedErrors };
    }
  }
}

function blockDependants(steps: readonly Step[], progress: Progress): Progress {
  const isLost = (id: string) => progress[id]?.state === 'failed' || progress[id]?.state === 'blocked';
  const lost = steps.find(({ id, after }) => progress[id]?.state === 'waiting' && after.some(isLost));
  if (lost === undefined) return progress;
  return blockDependants(
    steps,
    change(progress, lost.id, (at) => ({ ...at, state: 'blocked' })),
  );
}

function change(progress: Progress, id: string, next: (at: StepProgress) => StepProgress): Progress {
  const at = progress[id];
  return at === undefined ? progress : { ...progress, [id]: next(at) };
}
