import { SupersededError, type Fence } from '../domain/fence.ts';
import { failed, pending, superseded, type Outcome, type Superseded } from '../domain/outcome.ts';
import type { StepActivity } from '../domain/plan.ts';
import { isUnavailable, problem } from '../domain/problem.ts';
import { isFinal } from '../domain/progress.ts';
import { RETRIES } from '../domain/retry.ts';
import type { StepRun } from '../domain/run.ts';
import type { StepRecord } from '../domain/status.ts';
import type { Services } from '../services.ts';
import { errorText, type Log, type LogEntry } from '../telemetry/log.ts';
import type { Activity } from './activity.ts';
import type { OpenFence } from './fence.ts';

export interface StepServices {
  services: Services;
  openFence: OpenFence;
  /** The services of one call of an activity; they write only while the fence allows it. */
  fenced: (fence: Fence) => Services;
}

/**
 * Calls the activity of a step while its operation holds the stack, updates the step's record so that users can follow
 * it, and logs each transition. Never throws: orchestrators wait for several activities at once, and an exception would
 * break their replay.
 */
export async function runStep<A extends StepActivity>(
  { services, openFence, fenced }: StepServices,
  activity: Activity<A>,
  run: StepRun<A>,
  log: Log,
): Promise<Outcome | Superseded> {
  const { store, now } = services;
  const { stack, operation, step, attempt } = run;
  const entry = { stack, operation, step, attempt };
  const record: StepRecord = {
    id: step,
    state: 'running',
    attempts: attempt,
    startedAt: new Date(run.startedAt).toISOString(),
  };
  try {
    const fence = await openFence(run);
    if (attempt === 1) {
      log('info', { event: 'step.started', ...entry });
      await store.putStep(stack, operation, record);
    }
    const outcome = await perform(fenced(fence), activity, run, (message) => {
      log('error', { event: 'step.retried', ...entry, message });
    });
    const at = now();
    if (!isRecorded(outcome, run)) {
      await fence.allowWrite();
      await store.putStep(stack, operation, {
        ...record,
        ...recordOf(outcome, run, new Date(at).toISOString()),
      });
    }
    logOutcome(log, outcome, run, { ...entry, durationMs: at - run.startedAt });
    return outcome;
  } catch (error) {
    if (error instanceof SupersededError) {
      log('warn', { event: 'step.superseded', ...entry });
      return superseded;
    }
    log('error', { event: 'step.retried', ...entry, message: errorText(error) });
    return outcomeOf(run.title, error);
  }
}

async function perform<A extends StepActivity>(
  services: Services,
  activity: Activity<A>,
  run: StepRun<A>,
  onError: (message: string) => void,
): Promise<Outcome> {
  try {
    return await activity(services, run);
  } catch (error) {
    if (error instanceof SupersededError) throw error;
    onError(errorText(error));
    return outcomeOf(run.title, error);
  }
}

/** Unreachable records mean nothing for the step, so it is pending. Any other error is a bug. */
const outcomeOf = (title: string, error: unknown): Outcome<never> =>
  isUnavailable(error)
    ? pending(error.message, RETRIES.tables.after)
    : failed(
        problem('UNEXPECTED', `${title}: something went wrong inside Matcha.`, { cause: errorText(error) }),
      );

/** A step that still waits for the same needs no new record: most calls only ask whether Azure is done. */
const isRecorded = (outcome: Outcome, { detail }: StepRun): boolean =>
  outcome.state === 'pending' && outcome.detail === detail;

/** The part of the step's record that an outcome changes. */
function recordOf(outcome: Outcome, { unexpectedErrors }: StepRun, at: string): Partial<StepRecord> {
  switch (outcome.state) {
    case 'ready':
      return {
        state: 'done',
        finishedAt: at,
        ...(outcome.detail !== undefined && { detail: outcome.detail }),
      };
    case 'pending':
      return { detail: outcome.detail };
    case 'failed':
      return isFinal(outcome, unexpectedErrors)
        ? { state: 'failed', finishedAt: at, problem: outcome.problem }
        : { detail: `${outcome.problem.message} Retrying.` };
  }
}

/** Logs a transition. A pending step has none. */
function logOutcome(log: Log, outcome: Outcome, run: StepRun, entry: Omit<LogEntry, 'event'>): void {
  const { correlationId } = outcome;
  const more = { ...entry, ...(correlationId !== undefined && { correlationId }) };
  if (outcome.state === 'ready') log('info', { event: 'step.done', ...more });
  if (outcome.state === 'failed' && isFinal(outcome, run.unexpectedErrors))
    log('warn', { event: 'step.failed', ...more, problem: outcome.problem.code });
}
