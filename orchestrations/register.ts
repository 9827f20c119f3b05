import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../lib/app.ts';
import type { Outcome } from '../lib/domain/outcome.ts';
import { OPERATION_KINDS, type StepActivity } from '../lib/domain/plan.ts';
import type { OperationResult, StepRun } from '../lib/domain/run.ts';
import { runOperation } from './operation.ts';

/** Registers the orchestrator and every activity that it calls. */
export function registerOrchestrations(app: App): void {
  // The kinds of operation differ by their plans only. Each has its own name for those who watch the portal.
  for (const kind of OPERATION_KINDS) df.app.orchestration(kind, runOperation);
  for (const name of app.stepActivities) df.app.activity(name, { handler: stepHandler(app, name) });
  df.app.activity('concludeOperation', {
    handler: (result: OperationResult) => app.concludeOperation(result),
  });
}

const stepHandler =
  <A extends StepActivity>(app: App, name: A): StepHandler<A> =>
  (run, context) =>
    app.runStep(name, run, (error) => {
      context.error(`${name} of ${run.operation}:`, error);
    });

type StepHandler<A extends StepActivity> = (run: StepRun<A>, context: InvocationContext) => Promise<Outcome>;
