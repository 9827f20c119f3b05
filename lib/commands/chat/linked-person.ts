import type { Card } from '../../chat/card.ts';
import { signInAgainCard, unlinkedCard } from '../../chat/cards/people.ts';
import type { ChatRequest } from '../../chat/chat.ts';
import { DAY } from '../../domain/duration.ts';
import { ROLES, type Principal, type Role } from '../../domain/principal.ts';
import type { Services } from '../../services.ts';
import type { LinkRecord } from '../../tables/index.ts';

/** The highest role in a chat: what needs Admin needs a sign-in. */
const HIGHEST: Role = 'Operator';

/** A chat asks for a new sign-in after this time, in seconds: the role may be outdated by then. */
const SIGN_IN_LASTS = 90 * DAY;

const lowest = (...roles: readonly Role[]): Role => ROLES.find((role) => roles.includes(role)) ?? 'Reader';

/**
 * Who asks in a chat, with the rights of that person: the lowest of Operator, the role when the link was made, and
 * the role of the last sign-in. A card says why, when the person is not known.
 */
export async function linkedPerson(
  { store, wallClock }: Pick<Services, 'store' | 'now' | 'wallClock'>,
  { id, from }: Pick<ChatRequest, 'id' | 'from'>,
): Promise<{ principal: Principal; link: LinkRecord } | { refusal: Card }> {
  const link = await store.chat.getLink(from);
  if (link === undefined) return { refusal: unlinkedCard(from.channel) };
  const person = await store.people.get(link.person.id);
  if (person === undefined)
    return { refusal: signInAgainCard(from.channel, `${link.person.name} is not known any more.`) };
  if (wallClock() - Date.parse(person.seenAt) > SIGN_IN_LASTS * 1000)
    return {
      refusal: signInAgainCard(
        from.channel,
        `${person.name} has not signed in for ${SIGN_IN_LASTS / DAY} days.`,
      ),
    };
  return {
    link,
    principal: {
      id: person.id,
      name: person.name,
      type: person.type,
      tenant: link.tenant,
      role: lowest(HIGHEST, link.role, person.role),
      channel: from.channel,
      correlationId: id,
    },
  };
}
