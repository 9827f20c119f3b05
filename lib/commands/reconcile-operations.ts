import { problem } from '../domain/problem.ts';
import type { OperationResult } from '../domain/run.ts';
import { resultsOfRecords } from '../domain/results.ts';
import type { CommandContext } from '../services.ts';
import { errorText } from '../telemetry/log.ts';
import { runOf } from './begin-operation.ts';
import { releaseStack } from './release-stack.ts';

interface ReconcileContext extends Omit<CommandContext, 'principal'> {
  /** Records the end of an operation. */
  conclude: (result: OperationResult) => Promise<unknown>;
}

/**
 * Starts operations that were recorded but not started. Ends operations whose orchestration died: from their step
 * records when these are complete, otherwise as lost. An error with one stack does not affect the others.
 */
export async function reconcileOperations(context: ReconcileContext): Promise<void> {
  const { services, log } = context;
  for (const { spec, activeOperation } of await services.store.listHeldStacks(services.now())) {
    if (activeOperation === undefined) continue;
    try {
      await reconcile(context, spec.name, activeOperation);
    } catch (error) {
      const message = errorText(error);
      log('error', { event: 'operation.retried', stack: spec.name, operation: activeOperation, message });
    }
  }
}

async function reconcile(context: ReconcileContext, stack: string, id: string): Promise<void> {
  const { services, workflows, conclude } = context;
  const operation = await services.store.getOperation(stack, id);
  const state = await workflows.stateOf(id);
  if (state === 'running') return;
  if (operation?.state === 'Running') {
    if (state === 'absent') {
      await workflows.start(runOf(operation));
      return;
    }
    const results = resultsOfRecords(operation.plan.steps, await services.store.listSteps(stack, id));
    if (results !== undefined) {
      await conclude({ id, stack, results });
      return;
    }
  }
  const lost = problem('OPERATION_LOST', `Operation ${id} ended without a result.`, { operationId: id });
  await releaseStack(context, {
    name: stack,
    operation: id,
    state: 'Failed',
    problem: lost,
    actor: 'matcha',
  });
}
