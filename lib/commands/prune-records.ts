import { createHash } from 'node:crypto';
import { prunable } from '../domain/retention.ts';
import type { Services } from '../services.ts';
import { errorText, type Log } from '../telemetry/log.ts';

/** A run deletes the steps of this many operations at most; the next day continues. */
const OPERATIONS_PER_RUN = 100;

interface PruneContext {
  services: Pick<Services, 'store' | 'now' | 'wallClock'>;
  log: Log;
}

/**
 * Deletes the steps and plans that RETENTION no longer keeps, and expired codes of chats. To be called every hour: each hour of the day has its
 * own stacks. An error with one stack does not affect the others.
 */
export async function pruneRecords({ services, log }: PruneContext): Promise<void> {
  await services.store.chat.prune(services.wallClock());
  const hour = new Date(services.now()).getUTCHours();
  const names = await services.store.listStackNames();
  let left = OPERATIONS_PER_RUN;
  for (const stack of names.filter((name) => hourOf(name) === hour)) {
    try {
      left -= await pruneStack({ services, log }, stack, left);
    } catch (error) {
      log('error', { event: 'records.retried', stack, message: errorText(error) });
    }
    if (left === 0) return;
  }
}

async function pruneStack(
  {
    services: { store, now },
    log,
  }: Pick<PruneContext, 'log'> & { services: Pick<Services, 'store' | 'now'> },
  name: string,
  most: number,
): Promise<number> {
  const stack = await store.getStack(name);
  if (stack === undefined) return 0;
  const due = prunable(await store.listOperations(name), stack.value.phase, now()).slice(0, most);
  for (const operation of due) await store.pruneOperation(operation);
  if (due.length > 0)
    log('info', { event: 'records.pruned', stack: name, message: `operations: ${due.length}` });
  return due.length;
}

/** The hour of the day (0 to 23) in which the records of a stack are pruned. */
const hourOf = (stack: string): number => (createHash('sha256').update(stack).digest()[0] ?? 0) % 24;
