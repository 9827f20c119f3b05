import type { Problem } from '../domain/problem.ts';
import { withReadiness } from '../domain/status.ts';
import type { CommandContext } from '../services.ts';

interface Release {
  name: string;
  operation: string;
  state: 'Canceled' | 'Failed';
  problem: Problem;
  actor: string;
}

/**
 * Ends an operation that can no longer end normally, as canceled or failed. Does nothing when it does not
 * hold the stack.
 */
export async function releaseStack(
  { services: { store, now }, log }: Pick<CommandContext, 'services' | 'log'>,
  { name, operation: id, state, problem, actor }: Release,
): Promise<void> {
  const [stored, operation] = await Promise.all([store.getStack(name), store.getOperation(name, id)]);
  if (stored?.value.activeOperation !== id) return;
  const at = new Date(now()).toISOString();
  const { activeOperation: _, ...stack } = stored.value;
  const committed = await store.commit({
    stack: {
      ...stack,
      phase: 'Failed',
      conditions: withReadiness(stack.conditions, { phase: 'Failed', problem, at }),
      problem,
      lastOperation: id,
      updatedAt: at,
    },
    etag: stored.etag,
    ...(operation && { operation: { ...operation, state, problem, finishedAt: at } }),
    event: {
      at,
      kind: state === 'Canceled' ? 'operation.canceled' : 'operation.failed',
      actor,
      message: problem.message,
      operation: id,
    },
  });
  // Another caller has ended it; its steps are not ours to change.
  if (!committed) return;
  // A step of an ended operation does not run.
  for (const step of await store.listSteps(name, id))
    if (step.state === 'running')
      await store.putStep(name, id, { ...step, state: 'failed', finishedAt: at, problem });
  log('warn', {
    event: 'operation.ended',
    stack: name,
    operation: id,
    ...(operation && { kind: operation.kind, durationMs: Date.parse(at) - Date.parse(operation.startedAt) }),
    state,
    problem: problem.code,
    actor,
  });
}
