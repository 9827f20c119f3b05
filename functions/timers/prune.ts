import { app as functions } from '@azure/functions';
import type { App } from '../../lib/app.ts';
import { pruneRecords } from '../../lib/commands/prune-records.ts';
import { logTo } from '../../lib/telemetry/log.ts';

/** Runs every hour: deletes steps and plans of operations that ended long ago. */
export const registerPruning = ({ services }: App): void =>
  functions.timer('pruneRecords', {
    schedule: '0 15 * * * *',
    runOnStartup: false,
    handler: (_, context) => pruneRecords({ services, log: logTo(context) }),
  });
