import type { AccessEvent } from '../domain/access.ts';
import type { Actor } from '../domain/principal.ts';
import { shorten } from '../domain/quote.ts';
import { STACK_NAME } from '../domain/stack-name.ts';
import type { Services } from '../services.ts';
import { errorText, type Log } from '../telemetry/log.ts';

/** A request that was refused because of who sent it. */
export interface Refusal {
  /** Who sent it. With `actorId` it is a person who is known. */
  by: Actor;
  /** The route or command. */
  route: string;
  /** The stack that the request names. */
  stack?: string | undefined;
  /** The code of the problem. */
  code?: string;
  /** Why, without a secret. */
  message: string;
}

/**
 * Records a refusal. A person who is refused on a stack that exists is also an event of this stack. Never throws: the
 * caller gets the refusal even if it cannot be recorded.
 */
export async function recordRefusal(
  { services: { store, now }, log }: { services: Pick<Services, 'store' | 'now'>; log: Log },
  { by, route, stack: named, code, message }: Refusal,
): Promise<void> {
  const stack = named !== undefined && STACK_NAME.test(named) ? { stack: named } : undefined;
  const event: AccessEvent = {
    at: new Date(now()).toISOString(),
    kind: 'access.refused',
    ...by,
    message: shorten(message, 300),
    route,
    ...stack,
    ...(code !== undefined && { code }),
  };
  const entry = { ...stack, actor: by.actor, ...(code !== undefined && { problem: code }) };
  try {
    if (!(await store.access.addRefusal(event))) return;
    log('warn', { event: 'access.refused', ...entry, message: `${by.channel} ${route}: ${event.message}` });
    const isOfStack = by.actorId !== undefined && stack !== undefined;
    if (!isOfStack || (await store.getStack(stack.stack)) === undefined) return;
    const text = `${by.actor} was refused ${route}: ${event.message}`;
    await store.appendEvent(stack.stack, { at: event.at, kind: 'access.refused', ...by, message: text });
  } catch (error) {
    log('error', { event: 'access.unrecorded', ...entry, message: errorText(error) });
  }
}
