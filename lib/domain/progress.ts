import type { Failed, Outcome } from './outcome.ts';
import type { Step } from './plan.ts';
import { isRetryable, problem, type Problem } from './problem.ts';

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
  /** Since when it has waited for something that may well not come. */
  doubtfulSince?: number;
  /** Surprises in a row; a few are worth another try. */
  surprises: number;
  problem?: Problem;
}

const SURPRISES_ALLOWED = 4;

export const beginProgress = (steps: readonly Step[]): Progress =>
  Object.fromEntries(steps.map(({ id }) => [id, { state: 'waiting', attempts: 0, surprises: 0 }]));

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

/** Takes in what a step's activity reported; the dependants of a failed step are blocked. */
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

/** Whether a failure stays, or was a surprise that another try may get over. */
export const isFinal = ({ problem: { code } }: Failed, surprisesBefore: number): boolean =>
  !isRetryable(code) || surprisesBefore >= SURPRISES_ALLOWED;

function settle(step: Step, at: StepProgress, outcome: Outcome<unknown>, now: number): StepProgress {
  const { startedAt = now, attempts } = at;
  switch (outcome.state) {
    case 'ready':
      return { state: 'done', attempts, startedAt, surprises: 0 };
    case 'pending': {
      const { detail, patience } = outcome;
      const dueAt = now + outcome.retryAfter * 1000;
      const doubtfulSince = patience && (at.doubtfulSince ?? now);
      const patienceEnds = patience && (doubtfulSince ?? now) + patience.seconds * 1000;
      if (dueAt > Math.min(startedAt + step.limit * 1000, patienceEnds ?? Number.POSITIVE_INFINITY)) {
        const waited = Math.round((now - startedAt) / 60_000);
        const timedOut = `${step.title}: not done after ${String(waited)} minutes.`;
        const found = patience?.problem ?? problem('STEP_TIMED_OUT', timedOut, { cause: detail });
        return { state: 'failed', attempts, startedAt, surprises: 0, problem: found };
      }
      return {
        state: 'running',
        attempts,
        startedAt,
        dueAt,
        surprises: 0,
        ...(doubtfulSince !== undefined && { doubtfulSince }),
        ...(outcome.resume !== undefined && { resume: outcome.resume }),
      };
    }
    case 'failed': {
      const surprises = at.surprises + 1;
      if (isFinal(outcome, at.surprises)) {
        return { state: 'failed', attempts, startedAt, surprises, problem: outcome.problem };
      }
      return { ...at, startedAt, dueAt: now + 2 ** surprises * 1000, surprises };
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
