import { problem } from '../domain/problem.ts';
import type { CommandContext } from '../services.ts';
import { runOf } from './begin-operation.ts';
import { releaseStack } from './release-stack.ts';

/** Starts operations that were recorded but not started, and releases stacks whose operation died. */
export async function reconcileOperations(context: Omit<CommandContext, 'principal'>): Promise<void> {
  const { workflows } = context;
  const { store } = context.services;
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
    await releaseStack(context, {
      name: spec.name,
      operation: id,
      state: 'Failed',
      problem: lost,
      actor: 'matcha',
    });
  }
}
