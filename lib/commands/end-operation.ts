import { FENCE } from '../domain/fence.ts';
import type { Actor } from '../domain/principal.ts';
import { ProblemError, type Problem } from '../domain/problem.ts';
import type { Ending } from '../domain/status.ts';
import type { CommandContext } from '../services.ts';
import type { StackRecord, Stored } from '../tables/index.ts';

interface End {
  /** The stack whose active operation ends. */
  stored: Stored<StackRecord>;
  state: Ending['state'];
  problem: Problem;
  by: Actor;
}

/**
 * Begins the end of an operation from outside. From now on it writes nothing new; it holds its stack until its
 * orchestration has ended it, or until nothing of it can run anymore (`isGone`). Does nothing when it is being ended
 * already. Throws STACK_CHANGED.
 */
export async function endOperation(
  context: Pick<CommandContext, 'services' | 'log'>,
  { stored, ...how }: End,
  triesLeft = 2,
): Promise<void> {
  const { store, now } = context.services;
  const { state, problem, by } = how;
  const { value: stack, etag } = stored;
  const { activeOperation: id } = stack;
  if (id === undefined || stack.ending !== undefined) return;
  const name = stack.spec.name;
  const since = now();
  const at = new Date(since).toISOString();
  const freeAfter = new Date(since + FENCE.grace * 1000).toISOString();
  const ending: Ending = { by, since: at, freeAfter, state, problem };
  const operation = await store.getOperation(name, id);
  const committed = await store.commit({
    stack: { ...stack, epoch: (stack.epoch ?? 0) + 1, ending, updatedAt: at },
    etag,
    ...(operation && { operation: { ...operation, state: 'Ending', ending } }),
    event: { at, kind: 'operation.endRequested', ...by, message: problem.message, operation: id },
  });
  if (!committed) {
    // The operation may have noted something in the record of its stack, which is no reason not to end it.
    const again = triesLeft > 0 ? await store.getStack(name) : undefined;
    if (again?.value.activeOperation === id)
      return endOperation(context, { stored: again, ...how }, triesLeft - 1);
    throw new ProblemError('STACK_CHANGED', `${name} was changed by another request at the same time.`);
  }
  context.log('warn', {
    event: 'operation.ending',
    stack: name,
    operation: id,
    actor: by.actor,
    problem: problem.code,
  });
}

/** Whether nothing of an operation that is being ended can run anymore, so that its stack may be released. */
export async function isGone(
  { services: { now }, workflows }: Pick<CommandContext, 'services' | 'workflows'>,
  operation: string,
  { freeAfter }: Pick<Ending, 'freeAfter'>,
): Promise<boolean> {
  return now() > Date.parse(freeAfter) && (await workflows.stateOf(operation)) !== 'running';
}
