import type { OperationKind, Step, StepActivity, StepInputs } from './plan.ts';
import type { Progress } from './progress.ts';
import type { Problem } from './problem.ts';

/** The input of an orchestration. Its plan is in the operation's record. */
export interface OperationRun {
  id: string;
  stack: string;
  kind: OperationKind;
  /** The epoch of the stack while this operation holds it. */
  epoch: number;
  /** Set when the orchestration continues as new. */
  continued?: { steps: Step[]; progress: Progress };
}

/** The input of a step's activity. */
export interface StepRun<A extends StepActivity = StepActivity> {
  stack: string;
  operation: string;
  epoch: number;
  step: string;
  title: string;
  input: StepInputs[A];
  /** The number of this call, from 1. */
  attempt: number;
  /** Consecutive unexpected errors before this call. */
  unexpectedErrors: number;
  /** The time of the first call, in milliseconds since the epoch. */
  startedAt: number;
  /** The detail of the last outcome, if it was pending. */
  detail?: string;
  resume?: string;
}

/** How a step ended, for the record. */
export interface StepResult {
  id: string;
  state: 'done' | 'failed' | 'blocked';
  problem?: Problem;
}

/** The input of the last activity of every operation. */
export interface OperationResult {
  id: string;
  stack: string;
  /** Absent when the operation was ended from outside; then the records of its steps count. */
  results?: StepResult[];
}
