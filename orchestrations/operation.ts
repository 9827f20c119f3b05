import type { OrchestrationContext, Task } from 'durable-functions';
import { ready, type Outcome, type Superseded } from '../lib/domain/outcome.ts';
import type { Step } from '../lib/domain/plan.ts';
import {
  beginProgress,
  callStep,
  dueSteps,
  nextDue,
  settleStep,
  type Progress,
} from '../lib/domain/progress.ts';
import { RETRIES } from '../lib/domain/retry.ts';
import type { OperationResult, OperationRun, StepResult, StepRun } from '../lib/domain/run.ts';

/**
 * The number of rounds after which the orchestration continues as new, to keep its history and replay short.
 */
const ROUNDS_PER_HISTORY = 60;

/**
 * Claims the stack, then runs the steps of the recorded plan, in parallel where their dependencies allow it.
 * Each round calls the due steps, records their outcomes, and sleeps until the next step is due. Activities
 * are short, because the long work happens in Azure, and return an Outcome. An operation that was ended from
 * outside begins no other step. Each task is awaited only once: the Durable extension runs a task
 * again when it is part of another Task.any (Azure/azure-functions-durable-js#574).
 */
export function* runOperation(context: OrchestrationContext): Generator<Task, void> {
  const run = context.df.getInput<OperationRun>();
  const end = (results?: StepResult[]) =>
    untilSettled(context, 'concludeOperation', { id: run.id, stack: run.stack, ...(results && { results }) });
  const claim = run.continued
    ? ready(run.continued.steps)
    : yield* untilSettled(context, 'claimOperation', run);
  if (claim?.state === 'superseded') yield* end();
  if (claim?.state !== 'ready') return;
  const steps = claim.value as Step[];
  let progress = run.continued?.progress ?? beginProgress(steps);
  for (let round = 0; ; round++) {
    if (round === ROUNDS_PER_HISTORY) {
      context.df.continueAsNew({ ...run, continued: { steps, progress } });
      return;
    }
    const now = context.df.currentUtcDateTime.getTime();
    const due = dueSteps(steps, progress, now);
    if (due.length > 0) {
      for (const step of due) progress = callStep(progress, step.id, now);
      context.df.setCustomStatus(summary(progress));
      const calls = due.map((step) => context.df.callActivity(step.activity, stepRun(run, step, progress)));
      const outcomes = (yield context.df.Task.all(calls)) as unknown as (Outcome<unknown> | Superseded)[];
      const settled = context.df.currentUtcDateTime.getTime();
      for (const [index, outcome] of outcomes.entries()) {
        const step = due[index];
        if (step === undefined || outcome.state === 'superseded') continue;
        progress = settleStep(steps, progress, step, outcome, settled);
      }
      if (outcomes.some(({ state }) => state === 'superseded')) {
        yield* end();
        return;
      }
      context.df.setCustomStatus(summary(progress));
      continue;
    }
    const next = nextDue(progress);
    if (next === undefined) break;
    yield context.df.createTimer(new Date(next));
  }
  yield* end(resultsOf(progress));
}

/**
 * Calls an activity until it is not pending. Stops after a day, and returns undefined; then the reconciler
 * ends the operation from its records.
 */
function* untilSettled(
  context: OrchestrationContext,
  activity: string,
  input: OperationRun | OperationResult,
): Generator<Task, Outcome<unknown> | Superseded | undefined> {
  const { atMostEvery, endWithin } = RETRIES.tables;
  const timeOf = () => context.df.currentUtcDateTime.getTime();
  const end = timeOf() + endWithin * 1000;
  for (let attempt = 0; timeOf() < end; attempt++) {
    const outcome = (yield context.df.callActivity(activity, input)) as unknown as
      Outcome<unknown> | Superseded;
    if (outcome.state !== 'pending') return outcome;
    const seconds = Math.min(outcome.retryAfter * 2 ** attempt, atMostEvery);
    yield context.df.createTimer(new Date(timeOf() + seconds * 1000));
  }
  return undefined;
}

function stepRun(run: OperationRun, step: Step, progress: Progress): StepRun {
  const { attempts = 1, unexpectedErrors = 0, startedAt = 0, resume, detail } = progress[step.id] ?? {};
  return {
    stack: run.stack,
    operation: run.id,
    epoch: run.epoch,
    step: step.id,
    title: step.title,
    input: step.input,
    attempt: attempts,
    unexpectedErrors,
    startedAt,
    ...(resume !== undefined && { resume }),
    ...(detail !== undefined && { detail }),
  };
}

/** The custom status, which the portal shows: the state of each step. */
const summary = (progress: Progress) =>
  Object.fromEntries(Object.entries(progress).map(([id, { state }]) => [id, state]));

const resultsOf = (progress: Progress): StepResult[] =>
  Object.entries(progress).map(([id, { state, problem }]) => ({
    id,
    state: state === 'done' || state === 'failed' ? state : 'blocked',
    ...(problem && { problem }),
  }));
