import type { OperationKind, Step, StepActivity, StepInputs } from './plan.ts';
import type { Progress } from './progress.ts';
import type { Problem } from './problem.ts';

/** The input of an operation's orchestration: the finished plan, so that no later version can change it. */
export interface OperationRun {
  id: string;
  stack: string;
  kind: OperationKind;
  steps: Step[];
  /** How far it has come, when its history was cut and it goes on. */
  progress?: Progress;
}

/** The input of a step's activity. */
export interface StepRun<A extends StepActivity = StepActivity> {
  stack: string;
  operation: string;
  step: string;
  title: string;
  input: StepInputs[A];
  /** 1 for the first call. */
  attempt: number;
  /** Unexpected errors in a row before this call. */
  unexpectedErrors: number;
  /** When the first call was made, in milliseconds since the epoch. */
  startedAt: number;
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
  results: StepResult[];
}
