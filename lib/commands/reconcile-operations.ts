import { problem } from '../domain/problem.ts';
import type { Services, Workflows } from '../services.ts';
import { runOf } from './begin-operation.ts';
import { releaseStack } from './release-stack.ts';

/** Starts operations that were recorded and never started, and releases stacks whose operation has died. */
export async function reconcileOperations(services: Services, workflows: Workflows): Promise<void> {
  const { store } = services;
  for (const { spec, activeOperation: id } of await store.listStacks()) {
    if (id === undefined) continue;
    const operation = await store.getOperation(spec.name, id);
    const state = await workflows.stateOf(id);
    if (state === 'running') continue;
    if (state === 'absent' && operation?.state === 'Running') {
      await workflows.start(runOf(operation));
      continue;
    }
    const lost = problem('OPERATION_LOST', `Operation ${id} ended without a result.`, { operationId: id });
    await releaseStack(services, {
      name: spec.name,
      operation: id,
      state: 'Failed',
      problem: lost,
      actor: 'matcha',
    });
  }
}
