import type { Step } from './plan.ts';
import type { StepResult } from './run.ts';
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
  for (const { id, after } of steps) {
    const { state, problem } = byId.get(id) ?? {};
    const isBlocked = after.some((dependency) => results.get(dependency)?.state !== 'done');
    if (state === 'done' || state === 'failed') results.set(id, { id, state, ...(problem && { problem }) });
    else if (isBlocked) results.set(id, { id, state: 'blocked' });
    else return undefined;
  }
  return [...results.values()];
}
