import { pending, ready, superseded, type Outcome, type Superseded } from '../domain/outcome.ts';
import type { Step } from '../domain/plan.ts';
import { RETRIES } from '../domain/retry.ts';
import type { OperationRun } from '../domain/run.ts';
import type { Services } from '../services.ts';
import { errorText, type Log } from '../telemetry/log.ts';
import { holds } from './fence.ts';

/** Seconds until it looks again whether the operation that gave way has ended. */
const DISPLACED_EVERY = 1;

/**
 * The first activity of an operation: the steps of its recorded plan, while the operation holds its stack. Pending
 * while the records are unreachable, and while an operation that gave way to this one may still write.
 */
export async function claimOperation(
  { store }: Pick<Services, 'store'>,
  { id: operation, stack, epoch }: OperationRun,
  log: Log,
): Promise<Outcome<Step[]> | Superseded> {
  try {
    const [stored, record] = await Promise.all([store.getStack(stack), store.getOperation(stack, operation)]);
    if (record !== undefined && holds(stored?.value, { stack, operation, epoch })) {
      const displaced = stored?.value.displaced;
      return displaced === undefined
        ? ready(record.plan.steps)
        : pending(`${displaced.operation} gives way`, DISPLACED_EVERY);
    }
    log('warn', { event: 'operation.superseded', stack, operation });
    return superseded;
  } catch (error) {
    const message = errorText(error);
    log('error', { event: 'operation.retried', stack, operation, message });
    return pending(message, RETRIES.tables.after);
  }
}
