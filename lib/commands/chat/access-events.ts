import type { ChatUser } from '../../chat/chat.ts';
import type { Actor } from '../../domain/principal.ts';
import type { StackEvent } from '../../domain/status.ts';
import type { Services } from '../../services.ts';
import type { Log } from '../../telemetry/log.ts';

/** The partition of events about who may do what; no stack can have this name. */
const ACCESS = '~access';

type AccessKind = Extract<StackEvent['kind'], `chat.${string}`>;

/** Records an event of access, which belongs to no stack. */
export async function recordAccess(
  { store, now }: Pick<Services, 'store' | 'now'>,
  actor: Actor,
  kind: AccessKind,
  message: string,
): Promise<void> {
  await store.appendEvent(ACCESS, { at: new Date(now()).toISOString(), kind, ...actor, message });
}

/** Records that something was refused to somebody in a chat. */
export async function recordChatRefusal(
  services: Pick<Services, 'store' | 'now'>,
  log: Log,
  from: ChatUser,
  message: string,
): Promise<void> {
  const actor = { actor: `${from.team}/${from.user}`, channel: from.channel };
  log('warn', { event: 'chat.refused', actor: actor.actor, message: `${from.channel}: ${message}` });
  await recordAccess(services, actor, 'chat.refused', message);
}

/** The shortest time between two events of the same reason, in milliseconds: anybody can send forged requests. */
const EVENT_INTERVAL = 60_000;

export type RecordForgery = (log: Log, channel: ChatUser['channel'], reason: string) => Promise<void>;

/**
 * Records requests that do not come from the chat they claim to come from: always in the log, and at times as an
 * event.
 */
export function forgeryRecorder(services: Pick<Services, 'store' | 'now'>): RecordForgery {
  const last = new Map<string, number>();
  return async (log, channel, reason) => {
    const message = `A request that claims to be from ${channel} has ${reason}.`;
    log('warn', { event: 'chat.refused', message });
    const at = services.now();
    if (at - (last.get(message) ?? Number.NEGATIVE_INFINITY) < EVENT_INTERVAL) return;
    last.set(message, at);
    await recordAccess(services, { actor: 'unknown', channel }, 'chat.refused', message);
  };
}
