import { isRefusal, NOBODY, type AccessEvent } from '../domain/access.ts';
import { actorOf, type Channel, type Person, type Principal } from '../domain/principal.ts';
import type { Problem } from '../domain/problem.ts';
import { shorten } from '../domain/quote.ts';
import { STACK_NAME } from '../domain/stack-name.ts';
import type { Services } from '../services.ts';
import { errorText, type Log } from '../telemetry/log.ts';

/** A request that was refused because of who sent it. */
export interface Refusal {
  /** Who sent it, as far as it is known. */
  caller?: (Person & Pick<Principal, 'tenant'>) | undefined;
  channel: Channel;
  correlationId: string;
  /** The route or command. */
  route: string;
  /** The stack that the request names. */
  stack?: string | undefined;
  problem: Problem;
}

/**
 * Records a refusal; does nothing for any other problem. A person who is refused on a stack that exists is also an
 * event of this stack. Never throws: the caller gets the refusal even if it cannot be recorded.
 */
export async function recordRefusal(
  { services: { store, now }, log }: { services: Pick<Services, 'store' | 'now'>; log: Log },
  { caller, channel, correlationId, route, stack: named, problem }: Refusal,
): Promise<void> {
  if (!isRefusal(problem)) return;
  const stack = named !== undefined && STACK_NAME.test(named) ? named : undefined;
  const by = caller
    ? actorOf({ ...caller, channel, correlationId })
    : { actor: NOBODY, channel, correlationId };
  const event: AccessEvent = {
    at: new Date(now()).toISOString(),
    kind: 'access.refused',
    ...by,
    route,
    ...(stack !== undefined && { stack }),
    code: problem.code,
    reason: shorten(problem.cause ?? problem.message, 300),
  };
  const entry = { problem: problem.code, actor: by.actor, ...(stack !== undefined && { stack }) };
  try {
    if (!(await store.access.append(event))) return;
    log('warn', { event: 'access.refused', ...entry, message: `${route}: ${event.reason}` });
    if (caller === undefined || stack === undefined || (await store.getStack(stack)) === undefined) return;
    const message = `${caller.name} was refused ${route}: ${event.reason}`;
    await store.appendEvent(stack, { at: event.at, kind: event.kind, ...by, message });
  } catch (error) {
    log('error', { event: 'access.unrecorded', ...entry, message: errorText(error) });
  }
}
