import { CHAT_NAMES } from '../../chat/cards/people.ts';
import type { ChatUser } from '../../chat/chat.ts';
import { NOBODY, type AccessEvent } from '../../domain/access.ts';
import type { ProblemCode } from '../../domain/problem.ts';
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

/** Records a request that does not come from the chat it claims to come from. `reason` follows "it has". */
export const recordForgery = (
  services: Pick<Services, 'store' | 'now'>,
  log: Log,
  channel: ChatUser['channel'],
  { code, reason }: { code: ProblemCode; reason: string },
): Promise<void> =>
  recordRefusal(
    { services, log },
    {
      by: { actor: NOBODY, channel },
      route: 'chat',
      code,
      message: `A request that claims to be from ${CHAT_NAMES[channel]} has ${reason}.`,
    },
  );
