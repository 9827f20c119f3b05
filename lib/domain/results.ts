import type { Step } from './plan.ts';
import type { StepResult } from './run.ts';
import type { StepRecord } from './status.ts';

/**
 * How the steps of an operation ended, read from their records. Undefined as long as one of them may still have to run:
 * it was started and has not ended, or waits for nothing that failed.
 */
export function resultsOfRecords(
  steps: readonly Step[],
  records: readonly StepRecord[],
): StepResult[] | undefined {
  const byId = new Map(records.map((record) => [record.id, record]));
  const results = new Map<string, StepResult>();
  // Steps are ordered: each one stands after everything that it waits for.
  for (const { id, after } of steps) {
    const { state, problem } = byId.get(id) ?? {};
    const isBlocked = after.some((dependency) => results.get(dependency)?.state !== 'done');
    if (state === 'done' || state === 'failed') results.set(id, { id, state, ...(problem && { problem }) });
    else if (isBlocked) results.set(id, { id, state: 'blocked' });
    else return undefined;
  }
  return [...results.values()];
}
