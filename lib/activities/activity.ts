import type { Outcome } from '../domain/outcome.ts';
import type { StepActivity } from '../domain/plan.ts';
import type { StepRun } from '../domain/run.ts';
import type { Services } from '../services.ts';

/** An effect that a step may call: it observes, acts where needed, and reports. Running it twice changes nothing more. */
export type Activity<A extends StepActivity> = (services: Services, run: StepRun<A>) => Promise<Outcome>;
