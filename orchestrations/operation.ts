import type { OrchestrationContext, Task } from 'durable-functions';
import type { Outcome } from '../lib/domain/outcome.ts';
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
 * Runs the steps of a plan, in parallel where their dependencies allow it. Each round calls the due steps,
 * records their outcomes, and sleeps until the next step is due. Activities are short, because the long work
 * happens in Azure, and return an Outcome. Each task is awaited only once: the Durable extension runs a task
 * again when it is part of another Task.any (Azure/azure-functions-durable-js#574).
 */
export function* runOperation(context: OrchestrationContext): Generator<Task, void> {
  const run = context.df.getInput<OperationRun>();
  let progress = run.progress ?? beginProgress(run.steps);
  for (let round = 0; ; round++) {
    if (round === ROUNDS_PER_HISTORY) {
      context.df.continueAsNew({ ...run, progress });
      return;
    }
    const now = context.df.currentUtcDateTime.getTime();
    const due = dueSteps(run.steps, progress, now);
    if (due.length > 0) {
      for (const step of due) progress = callStep(progress, step.id, now);
      context.df.setCustomStatus(summary(progress));
      const calls = due.map((step) => context.df.callActivity(step.activity, stepRun(run, step, progress)));
      const outcomes = (yield context.df.Task.all(calls)) as unknown as Outcome<unknown>[];
      const settled = context.df.currentUtcDateTime.getTime();
      for (const [index, outcome] of outcomes.entries()) {
        const step = due[index];
        if (step !== undefined) progress = settleStep(run.steps, progress, step, outcome, settled);
      }
      context.df.setCustomStatus(summary(progress));
      continue;
    }
    const next = nextDue(progress);
    if (next === undefined) break;
    yield context.df.createTimer(new Date(next));
  }
  yield* concludeOperation(context, { id: run.id, stack: run.stack, results: resultsOf(progress) });
}

/** Stores the end of an operation. Stops after a day; then the reconciler does it from the step records. */
function* concludeOperation(context: OrchestrationContext, result: OperationResult): Generator<Task, void> {
  const { atMostEvery, endWithin } = RETRIES.tables;
  const timeOf = () => context.df.currentUtcDateTime.getTime();
  const end = timeOf() + endWithin * 1000;
  for (let attempt = 0; timeOf() < end; attempt++) {
    const outcome = (yield context.df.callActivity('concludeOperation', result)) as unknown as Outcome;
    if (outcome.state !== 'pending') return;
    const seconds = Math.min(outcome.retryAfter * 2 ** attempt, atMostEvery);
    yield context.df.createTimer(new Date(timeOf() + seconds * 1000));
  }
}

function stepRun(run: OperationRun, step: Step, progress: Progress): StepRun {
  const { attempts = 1, unexpectedErrors = 0, startedAt = 0, resume } = progress[step.id] ?? {};
  return {
    stack: run.stack,
    operation: run.id,
    step: step.id,
    title: step.title,
    input: step.input,
    attempt: attempts,
    unexpectedErrors,
    startedAt,
    ...(resume !== undefined && { resume }),
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
