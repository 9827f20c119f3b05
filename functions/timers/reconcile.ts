import { app as functions } from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../../lib/app.ts';
import { reconcileOperations } from '../../lib/commands/reconcile-operations.ts';
import { workflowsOf } from '../workflows.ts';

/** Once a minute: starts operations that were recorded and never started, and releases stacks from dead ones. */
export const registerReconciler = ({ services }: App): void =>
  functions.timer('reconcileOperations', {
    schedule: '30 * * * * *',
    runOnStartup: false,
    extraInputs: [df.input.durableClient()],
    handler: (_, context) => reconcileOperations(services, workflowsOf(df.getClient(context))),
  });
