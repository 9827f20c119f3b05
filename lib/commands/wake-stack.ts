import { canWake, planWake } from '../domain/power.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../api/operation.ts';
import type { CommandContext } from '../services.ts';
import { beginOperation, type RequestOptions } from './begin-operation.ts';
import { stackFor, lastKindOf } from './read-stacks.ts';

/** Starts the cluster of a hibernated stack and checks every component. */
export async function wakeStack(
  context: CommandContext,
  { name, ...options }: { name: string } & RequestOptions,
): Promise<OperationView> {
  const { services, principal } = context;
  const current = await stackFor(services, principal, 'wakeStack', name);
  const { problem: _, ...stack } = current.value;
  const { phase, spec, suffix } = stack;
  const lastKind = await lastKindOf(services, stack);
  return beginOperation(context, {
    plan: planWake(spec, suffix, services.catalogue.components),
    current,
    request: {},
    ...options,
    message: `${principal.name} asked to wake ${name}.`,
    next: { ...stack, phase: 'Waking' },
    refuse() {
      if (!canWake({ phase, lastKind }))
        throw new ProblemError('NOT_HIBERNATED', `${name} is ${phase}, not Hibernated.`);
    },
  });
}
