import { FENCE } from '../domain/fence.ts';
import { problem } from '../domain/problem.ts';
import type { Ending } from '../domain/status.ts';
import type { Services } from '../services.ts';
import type { Change, OperationRecord, StackRecord } from '../tables/index.ts';

/** An operation that gives way to another one. */
interface Displaced {
  mark: NonNullable<StackRecord['displaced']>;
  /** How its record changes; absent when it is being ended already. */
  change?: NonNullable<Change['displaced']>;
}

/**
 * The active operation of a stack if it gives way to `next`: a verification gives way to every other operation, so
 * that nobody waits for it. It loses the stack at once, and its last requests have arrived when it is concluded, or
 * after the grace period. The operation that takes its place begins no step before.
 */
export async function displacedBy(
  { store }: Pick<Services, 'store'>,
  stack: StackRecord | undefined,
  { id, kind, requestedBy: by, startedAt: since }: OperationRecord,
): Promise<Displaced | undefined> {
  if (stack?.activeOperation === undefined || stack.verifying !== true || kind === 'verify') return undefined;
  const active = await store.getOperation(stack.spec.name, stack.activeOperation);
  if (active === undefined) return undefined;
  if (stack.ending) return { mark: { operation: active.id, freeAfter: stack.ending.freeAfter } };
  const freeAfter = new Date(Date.parse(since) + FENCE.grace * 1000).toISOString();
  const gaveWay = problem('VERIFICATION_DISPLACED', `The verification gave way to ${id}.`, {
    operationId: active.id,
  });
  const ending: Ending = { by, since, freeAfter, state: 'Canceled', problem: gaveWay };
  return {
    mark: { operation: active.id, freeAfter },
    change: {
      operation: { ...active, state: 'Ending', ending },
      event: {
        at: since,
        kind: 'operation.endRequested',
        ...by,
        message: gaveWay.message,
        operation: active.id,
      },
    },
  };
}
