import type { ChatUser } from '../../chat/chat.ts';
import { NOBODY, type AccessEvent } from '../../domain/access.ts';
import { actorOf, type Principal } from '../../domain/principal.ts';
import type { Services } from '../../services.ts';
import type { Log } from '../../telemetry/log.ts';
import { recordRefusal } from '../record-refusal.ts';

/** Records that a user of a chat is a person from now on, or no longer. */
export const recordLink = (
  { store, now }: Pick<Services, 'store' | 'now'>,
  principal: Principal,
  kind: Extract<AccessEvent['kind'], `chat.${string}`>,
  message: string,
): Promise<unknown> =>
  store.access.add({ at: new Date(now()).toISOString(), kind, ...actorOf(principal), message });

/** Records that something was refused to somebody in a chat, who may be a person that is known. */
export async function recordChatRefusal(
  services: Pick<Services, 'store' | 'now'>,
  log: Log,
  from: ChatUser,
  message: string,
  { principal, stack }: { principal?: Principal; stack?: string | undefined } = {},
): Promise<void> {
  const user = `${from.team}/${from.user}`;
  await recordRefusal(
    { services, log },
    {
      by: principal ? actorOf(principal) : { actor: user, channel: from.channel },
      route: 'chat',
      stack,
      message: principal ? `${message} (${from.channel} user ${user})` : message,
    },
  );
}

export type RecordForgery = (log: Log, channel: ChatUser['channel'], reason: string) => Promise<void>;

/** Records requests that do not come from the chat they claim to come from. */
export const forgeryRecorder =
  (services: Pick<Services, 'store' | 'now'>): RecordForgery =>
  (log, channel, reason) =>
    recordRefusal(
      { services, log },
      {
        by: { actor: NOBODY, channel },
        route: 'chat',
        code: 'BAD_SIGNATURE',
        message: `A request that claims to be from ${channel} has ${reason}.`,
      },
    );
