import { isUnavailable, problem } from '../domain/problem.ts';
import { actorOf, MATCHA } from '../domain/principal.ts';
import type { OperationResult } from '../domain/run.ts';
import { resultsOfRecords } from '../domain/results.ts';
import type { CommandContext } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { errorText } from '../telemetry/log.ts';
import { runOf } from './begin-operation.ts';
import { endOperation, isGone } from './end-operation.ts';
import { verifyIfDue } from './verify-stack.ts';

interface ReconcileContext extends Omit<CommandContext, 'principal'> {
  /** Records the end of an operation. */
  conclude: (result: OperationResult) => Promise<unknown>;
}

/**
 * Starts operations that were recorded but not started. Ends operations whose orchestration died: from their step
 * records when these are complete, otherwise as lost. Releases the stacks of operations that were ended from outside.
 * Verifies stacks after their last change. An error with one stack does not affect the others.
 */
export async function reconcileOperations(context: ReconcileContext): Promise<void> {
  const { log } = context;
  for (const stack of await unsettledStacks(context)) {
    const { spec, activeOperation, displaced } = stack;
    try {
      if (displaced !== undefined) await reconcileDisplaced(context, spec.name, displaced);
      if (activeOperation !== undefined) await reconcile(context, stack, activeOperation);
      else await verify(context, spec.name);
    } catch (error) {
      const operation = activeOperation !== undefined && { operation: activeOperation };
      log('error', { event: 'operation.retried', stack: spec.name, ...operation, message: errorText(error) });
    }
  }
}

/** None while the records are unreachable; the next run tries again. */
async function unsettledStacks({ services: { store, now }, log }: ReconcileContext): Promise<StackRecord[]> {
  try {
    return await store.listUnsettledStacks(now());
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    log('error', { event: 'operation.retried', message: errorText(error) });
    return [];
  }
}

async function reconcileDisplaced(
  context: ReconcileContext,
  stack: string,
  { operation: id, freeAfter }: NonNullable<StackRecord['displaced']>,
): Promise<void> {
  if (await isGone(context, id, { freeAfter })) await context.conclude({ id, stack });
}

/** Reads the stack again: the list is older. */
async function verify(context: ReconcileContext, name: string): Promise<void> {
  const stored = await context.services.store.getStack(name);
  if (stored !== undefined) await verifyIfDue(context, stored);
}

async function reconcile(
  context: ReconcileContext,
  { spec: { name: stack }, ending }: StackRecord,
  id: string,
): Promise<void> {
  const { services, workflows, conclude } = context;
  if (ending !== undefined) {
    if (await isGone(context, id, ending)) await conclude({ id, stack });
    return;
  }
  const state = await workflows.stateOf(id);
  if (state === 'running') return;
  const [stored, operation] = await Promise.all([
    services.store.getStack(stack),
    services.store.getOperation(stack, id),
  ]);
  if (stored?.value.activeOperation !== id) return;
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
  await endOperation(context, { stored, state: 'Failed', problem: lost, by: actorOf(MATCHA) });
}
