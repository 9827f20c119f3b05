import { beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { ChatRequest } from '../../lib/chat/chat.ts';
import { digestOf } from '../../lib/chat/seal.ts';
import { linkedPerson } from '../../lib/commands/chat/linked-person.ts';
import { createLink, listLinks, redeemLink, removeLinks } from '../../lib/commands/chat/links.ts';
import type { Principal, Role } from '../../lib/domain/principal.ts';
import { createStore, type Store } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import { tableName } from '../helpers/embedded.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let store: Store;
let time = START;
let users = 0;

beforeAll(() => {
  store = createStore(openTable(inject('tables'), tableName(), { getToken: () => Promise.resolve(null) }));
});
beforeEach(() => {
  time = START;
});

const now = () => time;
const services = () => ({ store, now, wallClock: now });
const log = () => undefined;

const principal = (id: string, role: Role = 'Operator'): Principal => ({
  id,
  name: id,
  type: 'User',
  tenant: 't',
  role,
  channel: 'api',
});

/** A request of a new user of Slack. */
const request = (): ChatRequest => ({
  id: `r${(users += 1)}`,
  from: { channel: 'slack', team: 'T1', user: `U${users}` },
  text: '',
  place: {},
});

const again = (made: ChatRequest): ChatRequest => ({ ...made, id: request().id });

/** A person who signed in, and a code for them. */
async function codeFor(person: Principal): Promise<string> {
  await store.people.put({ ...person, seenAt: new Date(time).toISOString() });
  return (await createLink(services(), person, { channel: 'slack' })).code;
}

const redeem = async (made: ChatRequest, code: string) =>
  (await redeemLink(services(), log, made, digestOf(code))).state?.text;

const roleOf = async (made: ChatRequest) => {
  const found = await linkedPerson(services(), made);
  return 'refusal' in found ? found.refusal.state?.text : found.principal.role;
};

test.each([
  ['Reader', 'Reader', 'Reader'],
  ['Operator', 'Operator', 'Operator'],
  ['Admin', 'Admin', 'Operator'],
  ['Admin', 'Reader', 'Reader'],
  ['Reader', 'Admin', 'Reader'],
] as const)('linked as %s and now %s, somebody is %s in a chat', async (atLinking, atSignIn, inChat) => {
  const person = principal(`${atLinking}-${atSignIn}`, atLinking);
  const made = request();
  expect(await redeem(made, await codeFor(person))).toBe('Linked');
  await store.people.put({ ...person, role: atSignIn, seenAt: new Date(time).toISOString() });
  expect(await roleOf(made)).toBe(inChat);
});

test('a code works for ten minutes, once, and in its own chat', async () => {
  const person = principal('ada');
  const late = await codeFor(person);
  time += 10 * MINUTE + 1;
  expect(await redeem(request(), late)).toBe('Not linked');
  const code = await codeFor(person);
  const inTeams = request();
  expect(await redeem({ ...inTeams, from: { ...inTeams.from, channel: 'teams' } }, code)).toBe('Not linked');
  expect(await redeem(request(), code)).toBe('Linked');
  expect(await redeem(request(), code)).toBe('Not linked');
});

test('a request that is run twice links once', async () => {
  const code = await codeFor(principal('twice'));
  const made = request();
  expect([await redeem(made, code), await redeem(made, code)]).toEqual(['Linked', 'Linked']);
  expect(await redeem(again(made), code)).toBe('Not linked');
});

test('of two requests at the same time one links', async () => {
  const code = await codeFor(principal('fast'));
  const both = await Promise.all([redeem(request(), code), redeem(request(), code)]);
  expect(both.sort()).toEqual(['Linked', 'Not linked']);
});

test('after five wrong codes a right one is refused, until ten minutes have passed', async () => {
  const person = principal('guesser');
  const made = request();
  for (let attempt = 0; attempt < 5; attempt++)
    expect(await redeem(again(made), `0000-0000-0000-000${attempt}`)).toBe('Not linked');
  expect(await redeem(again(made), await codeFor(person))).toBe('Not linked');
  expect(await redeem(request(), await codeFor(principal('other')))).toBe('Linked');
  time += 10 * MINUTE;
  expect(await redeem(again(made), await codeFor(person))).toBe('Linked');
});

test('a person who is not known, or has not signed in for 90 days, can do nothing', async () => {
  const made = request();
  await redeem(made, await codeFor(principal('away')));
  time += 90 * DAY;
  expect(await roleOf(made)).toBe('Operator');
  time += 1;
  expect(await roleOf(made)).toBe('Not signed in');
  await store.people.note(principal('away'), undefined, time);
  expect(await roleOf(made)).toBe('Not signed in');
});

test('people end their own links, and an Admin those of others', async () => {
  const [ada, eve, admin] = [principal('ada2'), principal('eve2'), principal('admin2', 'Admin')];
  const [adas, eves] = [request(), request()];
  await redeem(adas, await codeFor(ada));
  await redeem(eves, await codeFor(eve));
  const links = await listLinks(services(), ada, { all: false });
  expect(links.links.map(({ user }) => user)).toEqual([adas.from.user]);
  await expect(listLinks(services(), ada, { all: true })).rejects.toThrow('needs the role Admin');
  const others = { channel: 'slack', person: eve.id } as const;
  await expect(removeLinks(services(), ada, others)).rejects.toThrow('needs the role Admin');
  await removeLinks(services(), ada, { channel: 'slack' });
  expect([await roleOf(adas), await roleOf(eves)]).toEqual(['Not linked', 'Operator']);
  await removeLinks(services(), admin, others);
  expect(await roleOf(eves)).toBe('Not linked');
});

test('expired codes and signatures are deleted', async () => {
  const code = await codeFor(principal('forgetful'));
  const expiresAt = new Date(time + MINUTE).toISOString();
  expect(await store.chat.noteRequest('a-signature', expiresAt)).toBe(true);
  expect(await store.chat.noteRequest('a-signature', expiresAt)).toBe(false);
  await store.chat.prune(time);
  expect(await store.chat.noteRequest('a-signature', expiresAt)).toBe(false);
  await store.chat.prune(time + 11 * MINUTE);
  expect(await store.chat.noteRequest('a-signature', expiresAt)).toBe(true);
  expect(await store.chat.getTicket(digestOf(code))).toBeUndefined();
});
