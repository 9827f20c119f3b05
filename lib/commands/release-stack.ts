import type { Problem } from '../domain/problem.ts';
import type { Services } from '../services.ts';

/** Ends an operation that can no longer end itself. Does nothing when the stack is free of it already. */
export async function releaseStack(
  { store, now }: Services,
  { name, operation: id, lost, actor }: { name: string; operation: string; lost: Problem; actor: string },
): Promise<void> {
  const [stored, operation] = await Promise.all([store.getStack(name), store.getOperation(name, id)]);
  if (stored?.value.activeOperation !== id) return;
  const at = new Date(now()).toISOString();
  const { activeOperation: _, ...stack } = stored.value;
  await store.commit({
    stack: { ...stack, phase: 'Failed', problem: lost, lastOperation: id, updatedAt: at },
    etag: stored.etag,
    ...(operation && { operation: { ...operation, state: 'Failed', problem: lost, finishedAt: at } }),
    event: { at, kind: 'operation.lost', actor, message: lost.message, operation: id },
  });
}
