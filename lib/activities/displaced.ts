import { done, pending, type Outcome } from '../domain/outcome.ts';
import { endedResults } from '../domain/results.ts';
import type { Services } from '../services.ts';
import type { OperationRecord, StackRecord, Stored } from '../tables/index.ts';
import type { Log } from '../telemetry/log.ts';
import { EVENT_AFTER } from './conclusion.ts';
import { recordUnfinished } from './unfinished.ts';

/** Ends an operation that gave way to another one, which may begin its steps from then on. */
export async function concludeDisplaced(
  services: Services,
  { value, etag }: Stored<StackRecord>,
  { ending, ...operation }: OperationRecord,
  log: Log,
): Promise<Outcome> {
  if (ending === undefined) return done;
  const { store, now } = services;
  const { id, stack: name, plan, kind, startedAt } = operation;
  const { state, problem, by } = ending;
  const results = endedResults(plan.steps, await store.listSteps(name, id), problem);
  await recordUnfinished(services, name, id, results);
  const { displaced: _, ...stack } = value;
  const at = new Date(now()).toISOString();
  const committed = await store.commit({
    stack: { ...stack, updatedAt: at },
    etag,
    operation: { ...operation, state, problem, finishedAt: at },
    event: { at, kind: EVENT_AFTER[state], ...by, message: problem.message, operation: id },
  });
  if (!committed) return pending(`${name} was changed at the same time`, 2);
  const durationMs = Date.parse(at) - Date.parse(startedAt);
  log('info', { event: 'operation.ended', stack: name, operation: id, kind, state, durationMs });
  return done;
}
