import type { Outcome } from '../domain/outcome.ts';
import type { StepActivity } from '../domain/plan.ts';
import type { StepRun } from '../domain/run.ts';
import type { Services } from '../services.ts';

/** An effect that a step calls: it observes, changes what is needed, and reports. It is idempotent. */
export type Activity<A extends StepActivity> = (services: Services, run: StepRun<A>) => Promise<Outcome>;
