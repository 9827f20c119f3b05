import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { activities, concludeOperation, runStep, services } from '../lib/compose.ts';
import { OPERATION_KINDS } from '../lib/domain/plan.ts';
import type { OperationResult, StepRun } from '../lib/domain/run.ts';
import { runOperation } from './operation.ts';

// The kinds of operation differ by their plans alone; each has its own name for those who watch the portal.
for (const kind of OPERATION_KINDS) df.app.orchestration(kind, runOperation);

for (const [name, activity] of Object.entries(activities)) {
  df.app.activity(name, {
    handler: (run: StepRun, context: InvocationContext) =>
      runStep(
        services(),
        activity as typeof activities.ensureCluster,
        run as StepRun<'ensureCluster'>,
        (error) => {
          context.error(`${name} of ${run.operation}:`, error);
        },
      ),
  });
}

df.app.activity('concludeOperation', {
  handler: (result: OperationResult) => concludeOperation(services(), result),
});
