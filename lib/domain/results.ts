import type { Step } from './plan.ts';
import type { Problem } from './problem.ts';
import type { StepResult } from './run.ts';
import { mayStart } from './start.ts';
import type { StepRecord } from './status.ts';

/**
 * The results of the steps of an operation, from their records. Undefined while a step may still have to run:
 * it has started and not ended, or it is waiting and no dependency failed.
 */
export function resultsOfRecords(
  steps: readonly Step[],
  records: readonly StepRecord[],
): StepResult[] | undefined {
  const byId = new Map(records.map((record) => [record.id, record]));
  const results = new Map<string, StepResult>();
  // Steps are in dependency order.
  for (const step of steps) {
    const { id } = step;
    const { state, problem } = byId.get(id) ?? {};
    const isBlocked = !mayStart(step, (dependency) => results.get(dependency)?.state);
    if (state === 'done' || state === 'failed') results.set(id, { id, state, ...(problem && { problem }) });
    else if (isBlocked) results.set(id, { id, state: 'blocked' });
    else return undefined;
  }
  return [...results.values()];
}

/** The results of an operation that was ended from outside: its running steps failed with `problem`. */
export function endedResults(
  steps: readonly Step[],
  records: readonly StepRecord[],
  problem: Problem,
): StepResult[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  return steps.map(({ id }) => {
    const { state, problem: own } = byId.get(id) ?? {};
    if (state === 'done') return { id, state };
    if (state === 'failed') return { id, state, ...(own && { problem: own }) };
    return state === 'running' ? { id, state: 'failed', problem } : { id, state: 'blocked' };
  });
}
