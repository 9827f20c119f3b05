import { stackOf } from '../domain/operation-id.ts';
import { authorize } from '../domain/policy.ts';
import { problem, ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../api/operation.ts';
import { actorOf } from '../domain/principal.ts';
import type { CommandContext } from '../services.ts';
import { endOperation } from './end-operation.ts';
import { getOperation } from './read-stacks.ts';

/**
 * Cancels a running operation: it begins no other step, ends by itself, and frees its stack. What Azure is doing
 * continues there, and the next operation takes it over. May be repeated.
 */
export async function cancelOperation(
  context: CommandContext,
  { id }: { id: string },
): Promise<OperationView> {
  const { services, principal } = context;
  authorize(principal, 'cancelOperation');
  const stack = stackOf(id);
  const stored = stack === undefined ? undefined : await services.store.getStack(stack);
  if (stored !== undefined) authorize(principal, 'cancelOperation', stored.value.spec);
  if (stored?.value.activeOperation !== id) {
    const { state } = await getOperation(services, principal, id);
    throw new ProblemError('OPERATION_ENDED', `Operation ${id} has ended: ${state}.`, { operationId: id });
  }
  const canceled = problem('OPERATION_CANCELED', `Operation ${id} was canceled by ${principal.name}.`, {
    operationId: id,
  });
  await endOperation(context, {
    stored,
    state: 'Canceled',
    problem: canceled,
    by: actorOf(principal),
  });
  return getOperation(services, principal, id);
}
