import { randomBytes } from 'node:crypto';
import type { LinkCode, LinkList } from '../../api/links.ts';
import type { Card } from '../../chat/card.ts';
import { linkedCard, unlinkedNowCard, wrongCodeCard } from '../../chat/cards/people.ts';
import type { ChatChannel, ChatRequest } from '../../chat/chat.ts';
import { digestOf } from '../../chat/seal.ts';
import { MINUTE } from '../../domain/duration.ts';
import { authorize } from '../../domain/policy.ts';
import { personOf, type Principal } from '../../domain/principal.ts';
import type { Services } from '../../services.ts';
import type { Log } from '../../telemetry/log.ts';
import { recordChatRefusal, recordLink } from './access-events.ts';
import { linkedPerson } from './linked-person.ts';

/** How long a code works, in seconds. */
export const CODE_LASTS = 10 * MINUTE;

/** A chat user may be wrong this often within the time that a code lasts. */
const MOST_ATTEMPTS = 5;

type Store = Pick<Services, 'store' | 'now' | 'wallClock'>;

/** 64 random bits, in groups that can be typed. */
const newCode = (): string => (randomBytes(8).toString('hex').match(/.{4}/g) ?? []).join('-');

/** A one-time code with which the caller links a chat user to themselves. Only its digest is stored. */
export async function createLink(
  { store, wallClock }: Store,
  principal: Principal,
  { channel }: { channel: ChatChannel },
): Promise<LinkCode> {
  authorize(principal, 'linkChat');
  const person = personOf(principal);
  const { tenant, role } = principal;
  const expiresAt = new Date(wallClock() + CODE_LASTS * 1000).toISOString();
  const code = newCode();
  await store.chat.putTicket(digestOf(code), { for: 'link', channel, tenant, person, role, expiresAt });
  return { channel, code, expiresAt };
}

/** Links a chat user to the person who got the code. `digest` is that of the code which was typed. */
export async function redeemLink(
  services: Store,
  log: Log,
  { id, from }: ChatRequest,
  digest: string,
): Promise<Card> {
  const { store, wallClock } = services;
  const window = CODE_LASTS * 1000;
  if ((await store.chat.attemptsOf(from, wallClock(), window)) >= MOST_ATTEMPTS) return wrongCodeCard(true);
  const found = await store.chat.getTicket(digest);
  const ticket = found?.value;
  const isUsable =
    found !== undefined &&
    ticket?.for === 'link' &&
    ticket.channel === from.channel &&
    Date.parse(ticket.expiresAt) > wallClock() &&
    (await store.chat.useTicket(digest, found, id));
  if (!isUsable) {
    const attempts = await store.chat.countAttempt(from, wallClock(), window);
    await recordChatRefusal(services, log, from, 'A code to link a chat user was wrong.');
    return wrongCodeCard(attempts >= MOST_ATTEMPTS);
  }
  const { tenant, person, role } = ticket;
  const principal: Principal = { ...person, tenant, role, channel: from.channel, correlationId: id };
  await store.chat.putLink({ ...from, tenant, person, role, at: new Date(wallClock()).toISOString() });
  const message = `${person.name} linked ${from.channel} user ${from.team}/${from.user}.`;
  await recordLink(services, principal, 'chat.linked', message);
  const linked = await linkedPerson(services, { id, from });
  return 'refusal' in linked ? linked.refusal : linkedCard(linked.principal, from.channel);
}

/** Ends the link of the chat user who asks. */
export async function unlinkHere(
  services: Store,
  principal: Principal,
  { from }: ChatRequest,
): Promise<Card> {
  await unlink(services, principal, from);
  return unlinkedNowCard;
}

/** The links of the caller; those of everybody for an Admin who asks for them. */
export async function listLinks(
  { store }: Store,
  principal: Principal,
  { all }: { all: boolean },
): Promise<LinkList> {
  authorize(principal, all ? 'unlinkOthers' : 'linkChat');
  const links = await store.chat.listLinks();
  return {
    links: links
      .filter(({ person }) => all || person.id === principal.id)
      .map(({ tenant: _, channel, ...link }) => ({ channel: channel as ChatChannel, ...link })),
  };
}

/** Ends the links of a person in a chat: those of the caller, or, for an Admin, of somebody else. */
export async function removeLinks(
  services: Store,
  principal: Principal,
  { channel, person = principal.id }: { channel: ChatChannel; person?: string | undefined },
): Promise<LinkList> {
  authorize(principal, person === principal.id ? 'linkChat' : 'unlinkOthers');
  const links = await services.store.chat.listLinks();
  for (const link of links)
    if (link.channel === channel && link.person.id === person)
      await unlink(services, principal, { ...link, channel });
  return listLinks(services, principal, { all: false });
}

async function unlink(
  services: Store,
  principal: Principal,
  { channel, team, user }: { channel: ChatChannel; team: string; user: string },
): Promise<void> {
  await services.store.chat.removeLink({ channel, team, user });
  const message = `${principal.name} unlinked ${channel} user ${team}/${user}.`;
  await recordLink(services, principal, 'chat.unlinked', message);
}
