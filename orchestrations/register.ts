import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../lib/app.ts';
import type { Outcome, Superseded } from '../lib/domain/outcome.ts';
import { OPERATION_KINDS, type StepActivity } from '../lib/domain/plan.ts';
import type { OperationResult, OperationRun, StepRun } from '../lib/domain/run.ts';
import { logTo } from '../lib/telemetry/log.ts';
import { runOperation } from './operation.ts';

/** Registers the orchestrator and its activities. */
export function registerOrchestrations(app: App): void {
  // Operations of all kinds run the same code. Each kind has its own name, which the portal shows.
  for (const kind of OPERATION_KINDS) df.app.orchestration(kind, runOperation);
  for (const name of app.stepActivities) df.app.activity(name, { handler: stepHandler(app, name) });
  df.app.activity('claimOperation', {
    handler: (run: OperationRun, context: InvocationContext) => app.claimOperation(run, logTo(context)),
  });
  df.app.activity('concludeOperation', {
    handler: (result: OperationResult, context: InvocationContext) =>
      app.concludeOperation(result, logTo(context)),
  });
}

const stepHandler =
  <A extends StepActivity>(app: App, name: A): StepHandler<A> =>
  (run, context) =>
    app.runStep(name, run, logTo(context));

type StepHandler<A extends StepActivity> = (
  run: StepRun<A>,
  context: InvocationContext,
) => Promise<Outcome | Superseded>;
