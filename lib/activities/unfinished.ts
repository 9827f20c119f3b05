import type { StepResult } from '../domain/run.ts';
import type { StepRecord } from '../domain/status.ts';
import type { Services } from '../services.ts';

/** Stores the state of steps whose activity did not store it: timed out or never started. Returns what it found. */
export async function recordUnfinished(
  { store, now }: Services,
  stack: string,
  operation: string,
  results: readonly StepResult[],
): Promise<StepRecord[]> {
  const found = await store.listSteps(stack, operation);
  const steps = new Map(found.map((step) => [step.id, step]));
  for (const { id, state, problem } of results) {
    const known = steps.get(id);
    if (state === 'done' || known?.state === state) continue;
    await store.putStep(stack, operation, {
      ...(known ?? { id, attempts: 0 }),
      state,
      ...(state === 'failed' && { finishedAt: new Date(now()).toISOString() }),
      ...(problem && { problem }),
    });
  }
  return found;
}
