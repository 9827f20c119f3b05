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
