import { authorize } from '../domain/policy.ts';
import { problem, ProblemError } from '../domain/problem.ts';
import type { StackDetail } from '../api/stack.ts';
import type { CommandContext } from '../services.ts';
import { existingStack, getStack } from './read-stacks.ts';
import { releaseStack } from './release-stack.ts';

/** Releases a stack from an operation that is dead; with `force` also from one that runs, which it ends. */
export async function unlockStack(
  { services, workflows, principal }: CommandContext,
  { name, force }: { name: string; force: boolean },
): Promise<StackDetail> {
  authorize(principal, 'unlockStack');
  const id = (await existingStack(services, name)).value.activeOperation;
  if (id === undefined) throw new ProblemError('NOT_LOCKED', `No operation holds ${name}.`);
  if ((await workflows.stateOf(id)) === 'running') {
    if (!force)
      throw new ProblemError('OPERATION_RUNNING', `Operation ${id} is running.`, { operationId: id });
    await workflows.terminate(id, `unlocked by ${principal.name}`);
  }
  const ended = problem('OPERATION_LOST', `Operation ${id} was ended by ${principal.name}.`, {
    operationId: id,
  });
  await releaseStack(services, {
    name,
    operation: id,
    state: 'Canceled',
    problem: ended,
    actor: principal.name,
  });
  return getStack(services, principal, name);
}
