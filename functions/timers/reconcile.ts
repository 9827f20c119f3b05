import { app as functions } from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../../lib/app.ts';
import { reconcileOperations } from '../../lib/commands/reconcile-operations.ts';
import { logTo } from '../../lib/telemetry/log.ts';
import { workflowsOf } from '../workflows.ts';

/** Once a minute: starts operations that were recorded and never started, and releases stacks from dead ones. */
export const registerReconciler = ({ services, concludeOperation }: App): void =>
  functions.timer('reconcileOperations', {
    schedule: '30 * * * * *',
    runOnStartup: false,
    extraInputs: [df.input.durableClient()],
    handler: (_, context) => {
      const log = logTo(context);
      return reconcileOperations({
        services,
        workflows: workflowsOf(df.getClient(context)),
        log,
        conclude: (result) => concludeOperation(result, log),
      });
    },
  });
