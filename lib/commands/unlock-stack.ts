import { authorize } from '../domain/policy.ts';
import { problem, ProblemError } from '../domain/problem.ts';
import type { StackDetail } from '../api/stack.ts';
import type { CommandContext } from '../services.ts';
import { existingStack, getStack } from './read-stacks.ts';
import { releaseStack } from './release-stack.ts';

/** Releases a stack from a dead operation; with `force` also cancels a running one. */
export async function unlockStack(
  context: CommandContext,
  { name, force }: { name: string; force: boolean },
): Promise<StackDetail> {
  const { services, workflows, principal } = context;
  authorize(principal, 'unlockStack');
  const id = (await existingStack(services, name)).value.activeOperation;
  if (id === undefined) throw new ProblemError('NOT_LOCKED', `No operation holds ${name}.`);
  if ((await workflows.stateOf(id)) === 'running') {
    if (!force)
      throw new ProblemError('OPERATION_RUNNING', `Operation ${id} is running.`, { operationId: id });
    await workflows.terminate(id, `unlocked by ${principal.name}`);
  }
  const ended = problem('OPERATION_CANCELED', `Operation ${id} was ended by ${principal.name}.`, {
    operationId: id,
  });
  await releaseStack(context, {
    name,
    operation: id,
    state: 'Canceled',
    problem: ended,
    actor: principal.name,
  });
  return getStack(services, principal, name);
}
