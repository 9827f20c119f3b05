import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { reconcileOperations } from '../../lib/commands/reconcile-operations.ts';
import { services } from '../../lib/compose.ts';
import { workflowsOf } from '../workflows.ts';

/** Once a minute: no operation stays promised and not begun, no stack stays held by a dead one. */
app.timer('reconcileOperations', {
  schedule: '30 * * * * *',
  runOnStartup: false,
  extraInputs: [df.input.durableClient()],
  handler: (_, context) => reconcileOperations(services(), workflowsOf(df.getClient(context))),
});
