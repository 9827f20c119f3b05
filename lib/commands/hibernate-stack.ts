import { canHibernate, planHibernate } from '../domain/power.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../api/operation.ts';
import type { CommandContext } from '../services.ts';
import { beginOperation, type RequestOptions } from './begin-operation.ts';
import { stackFor, lastKindOf } from './read-stacks.ts';

/** Stops the cluster of a stack. Everything in it and in storage stays; only the nodes and their cost go. */
export async function hibernateStack(
  context: CommandContext,
  { name, ...options }: { name: string } & RequestOptions,
): Promise<OperationView> {
  const { services, principal } = context;
  const current = await stackFor(services, principal, 'hibernateStack', name);
  const { problem: _, ...stack } = current.value;
  const { phase } = stack;
  const lastKind = await lastKindOf(services, stack);
  return beginOperation(context, {
    plan: planHibernate(name, stack.suffix),
    current,
    request: {},
    ...options,
    message: `${principal.name} asked to hibernate ${name}.`,
    next: { ...stack, phase: 'Hibernating' },
    refuse() {
      if (canHibernate({ phase, lastKind })) return;
      if (phase === 'Hibernated')
        throw new ProblemError('STACK_HIBERNATED', `${name} is already hibernated.`, {
          remedies: [{ action: 'wakeStack', text: 'There is nothing to do. Wake it to use it again.' }],
        });
      throw new ProblemError('STACK_NOT_PROVISIONED', `${name} is ${phase} and cannot be hibernated.`);
    },
  });
}
