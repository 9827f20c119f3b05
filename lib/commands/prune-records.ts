import { createHash } from 'node:crypto';
import { secondsOf } from '../domain/duration.ts';
import { prunable, RETENTION } from '../domain/retention.ts';
import type { Services } from '../services.ts';
import { errorText, type Log } from '../telemetry/log.ts';

/** A run deletes the steps of this many operations at most; the next day continues. */
const OPERATIONS_PER_RUN = 100;

/** Table Storage returns this many rows at most, and a run deletes the refusals of so many requests. */
const ACCESS_PER_RUN = 1000;
const ACCESS_RUNS = 10;

interface PruneContext {
  services: Pick<Services, 'store' | 'now' | 'wallClock'>;
  log: Log;
}

/**
 * Deletes what RETENTION no longer keeps, and expired codes of chats. To be called every hour: each hour of the day has
 * its own stacks. An error with one stack does not affect the others.
 */
export async function pruneRecords({ services, log }: PruneContext): Promise<void> {
  await pruneAccess({ services, log });
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

/** Refusals of a flood are deleted faster than they can be stored. */
async function pruneAccess({ services: { store, now }, log }: PruneContext): Promise<void> {
  const before = now() - secondsOf(RETENTION.accessEvents) * 1000;
  try {
    let deleted = 0;
    for (let run = 0; run < ACCESS_RUNS && deleted === run * ACCESS_PER_RUN; run++)
      deleted += await store.access.prune(before, ACCESS_PER_RUN);
    if (deleted > 0) log('info', { event: 'records.pruned', message: `refusals: ${deleted}` });
  } catch (error) {
    log('error', { event: 'records.retried', message: errorText(error) });
  }
}

async function pruneStack(
  { services: { store, now }, log }: PruneContext,
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
