import { failed, type Outcome } from '../domain/outcome.ts';
import type { StepActivity } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { isFinal } from '../domain/progress.ts';
import type { StepRun } from '../domain/run.ts';
import type { StepRecord } from '../domain/status.ts';
import type { Services } from '../services.ts';
import type { Activity } from './activity.ts';

/**
 * Calls a step's activity and keeps the step's record up to date, so that anybody can watch. Never throws:
 * orchestrators wait for several activities at once, and one that threw would confuse their replay.
 */
export async function runStep<A extends StepActivity>(
  services: Services,
  activity: Activity<A>,
  run: StepRun<A>,
  log: (error: unknown) => void,
): Promise<Outcome> {
  const { store, now } = services;
  const record: StepRecord = {
    id: run.step,
    state: 'running',
    attempts: run.attempt,
    startedAt: new Date(run.startedAt).toISOString(),
  };
  try {
    if (run.attempt === 1) await store.putStep(run.stack, run.operation, record);
    const outcome = await perform(services, activity, run, log);
    await store.putStep(run.stack, run.operation, {
      ...record,
      ...recordOf(outcome, run, new Date(now()).toISOString()),
    });
    return outcome;
  } catch (error) {
    log(error);
    return unexpected(run.title, error);
  }
}

async function perform<A extends StepActivity>(
  services: Services,
  activity: Activity<A>,
  run: StepRun<A>,
  log: (error: unknown) => void,
): Promise<Outcome> {
  try {
    return await activity(services, run);
  } catch (error) {
    log(error);
    return unexpected(run.title, error);
  }
}

const unexpected = (title: string, error: unknown) =>
  failed(
    problem('UNEXPECTED', `${title}: something went wrong inside Matcha.`, {
      cause: error instanceof Error ? error.message : String(error),
    }),
  );

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
        : { detail: `${outcome.problem.message} Trying again.` };
  }
}
