import type { Step } from './plan.ts';
import type { StepState } from './status.ts';

/** Whether a waiting step may start, by the states of the steps that it waits for. */
export const mayStart = (
  { after, evenAfterFailure }: Pick<Step, 'after' | 'evenAfterFailure'>,
  stateOf: (id: string) => StepState | undefined,
): boolean =>
  after.map(stateOf).every((state) => state === 'done' || (evenAfterFailure === true && isOver(state)));

const isOver = (state: StepState | undefined): boolean => state === 'failed' || state === 'blocked';
