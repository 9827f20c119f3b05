import { canHibernate, planHibernate } from '../domain/power.ts';
import { authorize, type Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../domain/status.ts';
import type { Services, Workflows } from '../services.ts';
import { beginOperation } from './begin-operation.ts';
import { existingStack, lastKindOf } from './read-stacks.ts';

/** Stops a stack's cluster. What is in it and in storage stays; only the nodes and their cost go. */
export async function hibernateStack(
  services: Services,
  workflows: Workflows,
  principal: Principal,
  { name, chosenId }: { name: string; chosenId?: string },
): Promise<OperationView> {
  authorize(principal, 'Operator');
  const current = await existingStack(services, name);
  const { problem: _, ...stack } = current.value;
  const { phase } = stack;
  const lastKind = await lastKindOf(services, stack);
  return beginOperation(services, workflows, {
    plan: planHibernate(name, stack.suffix),
    current,
    principal,
    request: {},
    ...(chosenId !== undefined && { chosenId }),
    message: `${principal.name} asked to hibernate ${name}.`,
    next: { ...stack, phase: 'Hibernating' },
    refuse() {
      if (canHibernate({ phase, lastKind })) return;
      if (phase === 'Hibernated')
        throw new ProblemError('STACK_HIBERNATED', `${name} is hibernated already.`, {
          remedies: [{ action: 'wakeStack', text: 'There is nothing to do; waking brings it back.' }],
        });
      throw new ProblemError('STACK_NOT_PROVISIONED', `${name} is ${phase} and cannot be hibernated.`);
    },
  });
}
