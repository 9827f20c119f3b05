import { authorize, type Principal } from '../domain/principal.ts';
import { problem, ProblemError } from '../domain/problem.ts';
import type { StackDetail } from '../domain/status.ts';
import type { Services, Workflows } from '../services.ts';
import { existingStack, getStack } from './read-stacks.ts';
import { releaseStack } from './release-stack.ts';

/** Sets a stack free from an operation that is dead; with `force` also from one that runs, which it ends. */
export async function unlockStack(
  services: Services,
  workflows: Workflows,
  principal: Principal,
  { name, force }: { name: string; force: boolean },
): Promise<StackDetail> {
  authorize(principal, 'Operator');
  const id = (await existingStack(services, name)).value.activeOperation;
  if (id === undefined) throw new ProblemError('NOT_LOCKED', `No operation holds ${name}.`);
  if ((await workflows.stateOf(id)) === 'running') {
    if (!force)
      throw new ProblemError('OPERATION_RUNNING', `Operation ${id} is running.`, { operationId: id });
    await workflows.terminate(id, `unlocked by ${principal.name}`);
  }
  const lost = problem('OPERATION_LOST', `Operation ${id} was ended by ${principal.name}.`, {
    operationId: id,
  });
  await releaseStack(services, { name, operation: id, lost, actor: principal.name });
  return getStack(services, principal, name);
}
