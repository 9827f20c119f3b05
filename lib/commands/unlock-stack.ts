import { problem, ProblemError } from '../domain/problem.ts';
import type { StackDetail } from '../api/stack.ts';
import { actorOf } from '../domain/principal.ts';
import type { CommandContext } from '../services.ts';
import { endOperation } from './end-operation.ts';
import { getStack, stackFor } from './read-stacks.ts';

/**
 * Ends a dead operation, so that its stack becomes free; with `force` also one that runs or has not started.
 * May be repeated.
 */
export async function unlockStack(
  context: CommandContext,
  { name, force }: { name: string; force: boolean },
): Promise<StackDetail> {
  const { services, workflows, principal } = context;
  const stored = await stackFor(services, principal, force ? 'forceUnlock' : 'unlockStack', name);
  const { activeOperation: id } = stored.value;
  if (id === undefined) throw new ProblemError('NOT_LOCKED', `No operation holds ${name}.`);
  const state = await workflows.stateOf(id);
  if (state !== 'ended' && !force) {
    const doing = state === 'running' ? 'is running' : 'is about to start';
    throw new ProblemError('OPERATION_RUNNING', `Operation ${id} ${doing}.`, { operationId: id });
  }
  const ended = problem('OPERATION_CANCELED', `Operation ${id} was ended by ${principal.name}.`, {
    operationId: id,
  });
  await endOperation(context, {
    stored,
    state: 'Canceled',
    problem: ended,
    by: actorOf(principal),
  });
  if (state === 'running') await workflows.terminate(id, `unlocked by ${principal.name}`);
  return getStack(services, principal, name);
}
