import { planDestroy } from '../domain/destroy.ts';
import { authorize, type Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../domain/status.ts';
import type { Services, Workflows } from '../services.ts';
import { beginOperation } from './begin-operation.ts';
import { existingStack } from './read-stacks.ts';

/** Takes a stack away, whole or half made, and ends with a receipt. */
export async function destroyStack(
  services: Services,
  workflows: Workflows,
  principal: Principal,
  { name, keepData, chosenId }: { name: string; keepData: boolean; chosenId?: string },
): Promise<OperationView> {
  authorize(principal, 'Operator');
  const current = await existingStack(services, name);
  const { problem: _, ...stack } = current.value;
  if (stack.spec.lifetime.protected) throw new ProblemError('STACK_PROTECTED', `${name} is protected.`);
  return beginOperation(services, workflows, {
    plan: planDestroy(name, stack.suffix, { keepData }),
    current,
    principal,
    request: { keepData },
    ...(chosenId !== undefined && { chosenId }),
    message: `${principal.name} asked to destroy ${name}.`,
    next: { ...stack, phase: 'Destroying' },
  });
}
