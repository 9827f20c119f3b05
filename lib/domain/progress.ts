import { MINUTE } from './duration.ts';
import type { Failed, Outcome } from './outcome.ts';
import type { Step } from './plan.ts';
import { isRetryable, problem, type Problem } from './problem.ts';
import { afterUnexpected } from './retry.ts';
import { mayStart } from './start.ts';

/**
 * The progress of the steps of an operation. It is plain data, and each change is a pure function, because
 * the orchestrator replays them. Times are in milliseconds since the epoch.
 */
export type Progress = Record<string, StepProgress>;

export interface StepProgress {
  state: 'waiting' | 'running' | 'done' | 'failed' | 'blocked';
  attempts: number;
  startedAt?: number;
  /** When the next call is due. */
  dueAt?: number;
  resume?: string;
  /** What the step waits for. */
  detail?: string;
  /** The time since which every outcome was pending with a grace period. */
  graceSince?: number;
  /** The number of consecutive unexpected errors. */
  unexpectedErrors: number;
  problem?: Problem;
}

export const beginProgress = (steps: readonly Step[]): Progress =>
  Object.fromEntries(steps.map(({ id }) => [id, { state: 'waiting', attempts: 0, unexpectedErrors: 0 }]));

/** The steps to call now: running steps that are due, and waiting steps that may start. */
export const dueSteps = (steps: readonly Step[], progress: Progress, now: number): Step[] =>
  steps.filter((step) => {
    const at = progress[step.id];
    if (at?.state === 'running') return (at.dueAt ?? 0) <= now;
    return at?.state === 'waiting' && mayStart(step, (id) => progress[id]?.state);
  });

/** When the next running step is due; undefined when no step runs, so that the operation is over. */
export function nextDue(progress: Progress): number | undefined {
  const running = Object.values(progress).filter(({ state }) => state === 'running');
  return running.length === 0 ? undefined : Math.min(...running.map(({ dueAt }) => dueAt ?? 0));
}

/** Records a call of a step. */
export const callStep = (progress: Progress, id: string, now: number): Progress =>
  change(progress, id, (at) => ({
    ...at,
    state: 'running',
    attempts: at.attempts + 1,
    startedAt: at.startedAt ?? now,
  }));

/** Records the outcome of a step; a failure blocks its dependents. */
export function settleStep(
  steps: readonly Step[],
  progress: Progress,
  step: Step,
  outcome: Outcome<unknown>,
  now: number,
): Progress {
  const settled = change(progress, step.id, (at) => settle(step, at, outcome, now));
  return settled[step.id]?.state === 'failed' ? blockDependents(steps, settled) : settled;
}

/**
 * Whether a failure is final or will be retried; `errorsBefore` is the number of consecutive errors before
 * it.
 */
export const isFinal = (outcome: Failed, errorsBefore: number): boolean =>
  nextTry(outcome, errorsBefore + 1) === undefined;

const nextTry = ({ problem: { code } }: Failed, consecutive: number): number | undefined =>
  isRetryable(code) ? afterUnexpected(consecutive) : undefined;

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
        detail,
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
        : { ...withoutDetail(at), startedAt, dueAt: now + after * 1000, unexpectedErrors };
    }
  }
}

const withoutDetail = ({ detail: _, ...at }: StepProgress): StepProgress => at;

function blockDependents(steps: readonly Step[], progress: Progress): Progress {
  const isLost = (id: string) => progress[id]?.state === 'failed' || progress[id]?.state === 'blocked';
  const lost = steps.find(
    ({ id, after, evenAfterFailure }) =>
      progress[id]?.state === 'waiting' && evenAfterFailure !== true && after.some(isLost),
  );
  if (lost === undefined) return progress;
  return blockDependents(
    steps,
    change(progress, lost.id, (at) => ({ ...at, state: 'blocked' })),
  );
}

function change(progress: Progress, id: string, next: (at: StepProgress) => StepProgress): Progress {
  const at = progress[id];
  return at === undefined ? progress : { ...progress, [id]: next(at) };
}
