import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AccessEventList } from '../../lib/api/sign-in.ts';
import type { LinkCode } from '../../lib/api/links.ts';
import { DEVELOPER } from '../../local/people.ts';
import { SERVICE_URL, signingKey } from '../helpers/bot-connector.ts';
import { messageOf, pressOf, type TeamsUser } from '../helpers/teams-activities.ts';
import {
  BOT_APP,
  cardIn,
  commandIn,
  startTeamsPlane,
  textIn,
  WAIT,
  type TeamsPlane,
} from '../helpers/teams.ts';

let teams: TeamsPlane;
beforeAll(async () => {
  teams = await startTeamsPlane();
});
afterAll(() => teams.plane.close());

const user = (name: string, aadObjectId: string): TeamsUser => ({ id: `29:${name}`, name, aadObjectId });
const ada = user('Ada', DEVELOPER.id);
const bob = user('Bob', '5a1ad000-0000-4000-8000-0000000000b0');
const eve = user('Eve', '5a1ad000-0000-4000-8000-0000000000e0');
const by = (from: TeamsUser) => ({ from, tenant: DEVELOPER.tenant });

/** Sends an activity, and returns the message that the bot posts for it. */
async function asked(activity: object) {
  const index = teams.connector.posted.length;
  expect(await teams.send(activity)).toMatchObject({ status: 200 });
  return teams.posted(index);
}
const says = async (from: TeamsUser, text: string) => cardIn(await asked(messageOf(by(from), text)));
const presses = async (from: TeamsUser, command: string) => cardIn(await asked(pressOf(by(from), command)));

const linkCode = async () =>
  ((await teams.plane.api('POST', '/links', { channel: 'teams' })).body as LinkCode).code;

/** Waits until the card of an operation shows its end. */
const ended = (message: Awaited<ReturnType<typeof asked>>) =>
  vi.waitFor(() => {
    const text = textIn(cardIn(message));
    expect(text).toMatch(/● (Done|Failed|Degraded|Canceled)/);
    return text;
  }, WAIT);

test('from a link to a stack and its destruction', async () => {
  expect(textIn(await says(ada, 'status demo'))).toContain('Matcha does not know who you are');
  expect(textIn(await says(ada, 'link 0000-0000-0000-0000'))).toContain('This code does not work');
  expect(textIn(await says(ada, `link ${await linkCode()}`))).toContain(`You are ${DEVELOPER.name}`);

  const provision = await asked(messageOf(by(ada), 'provision demo uksouth llm'));
  expect(await ended(provision)).toContain('demo is ready');
  // One message, seen by everybody, with the progress on the way.
  expect(provision.conversation).toBe('19:chat@thread.v2');
  expect(provision.onlyFor).toBeUndefined();
  expect(textIn(cardIn(provision, 0))).toMatch(/● Provisioning .* \d+ of \d+ steps · /);
  expect(provision.versions.length).toBeGreaterThan(3);
  expect(await teams.plane.stack('demo')).toMatchObject({ phase: 'Ready', preset: 'llm' });

  const status = await asked(pressOf(by(ada), commandIn(cardIn(provision), 'Status')));
  expect(status.onlyFor).toBe(ada.id);
  expect(textIn(cardIn(status))).toContain('demo, llm, uksouth ● Ready');

  const proposal = await says(ada, 'destroy demo');
  expect(textIn(proposal)).toContain('Destroy demo?');
  const confirm = commandIn(proposal, 'Destroy demo');

  // Somebody else cannot press the button, even with the same rights.
  expect(textIn(await presses(eve, confirm))).toContain('Matcha does not know who you are');
  await says(bob, `link ${await linkCode()}`);
  expect(textIn(await presses(bob, confirm))).toContain('Only the person who asked');
  expect(await teams.plane.stack('demo')).toMatchObject({ phase: 'Ready' });

  const destroy = await asked(pressOf(by(ada), confirm));
  expect(await ended(destroy)).toContain('demo is destroyed');
  expect(textIn(await presses(ada, confirm))).toContain('This button was pressed already');
});

test('a button is answered at once, and an activity that is delivered again starts nothing', async () => {
  const press = pressOf(by(ada), 'whoami');
  const before = teams.connector.posted.length;
  const answer = {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Working on it.' },
  };
  expect(await teams.send(press)).toEqual(answer);
  expect(textIn(cardIn(await teams.posted(before)))).toContain(`You are ${DEVELOPER.name}`);
  expect(await teams.send(press)).toEqual(answer);
  await says(ada, 'help');
  expect(teams.connector.posted).toHaveLength(before + 2);
});

test('a chat with one person needs no hidden messages, and a targeted message gets a hidden answer', async () => {
  const message = messageOf(by(ada), 'list');
  const personal = { ...message.conversation, conversationType: 'personal' };
  expect((await asked({ ...message, conversation: personal })).onlyFor).toBeUndefined();
  const targeted = messageOf(by(ada), 'cancel demo');
  const answer = await asked({ ...targeted, recipient: { ...targeted.recipient, isTargeted: true } });
  expect(answer.onlyFor).toBe(ada.id);
});

test('who adds the bot is greeted; what asks for nothing is accepted and forgotten', async () => {
  const activity = messageOf(by(eve), '');
  const added = { ...activity, type: 'installationUpdate', action: 'add' };
  expect(textIn(cardIn(await asked(added)))).toContain('Matcha does not know who you are');
  const before = teams.connector.posted.length;
  for (const type of ['conversationUpdate', 'typing', 'messageReaction'])
    expect(await teams.send({ ...messageOf(by(ada), ''), type })).toEqual({ status: 200, body: undefined });
  await says(ada, 'help');
  expect(teams.connector.posted).toHaveLength(before + 1);
});

test('what is not from Teams is refused and recorded, and starts nothing', async () => {
  const { connector } = teams;
  const message = () => messageOf(by(ada), 'provision forged uksouth');
  const other = '22222222-2222-4222-8222-222222222222';
  const foreign = await signingKey(['msteams']);
  const entra = (tenant: string) => ({
    iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
    tid: tenant,
  });
  const elsewhere = 'https://evil.trafficmanager.net/teams/';
  const past = Math.floor(Date.now() / 1000) - 3600;
  const { aadObjectId: _, ...nobody } = ada;
  const refused: [status: number, activity: object, token: string | null][] = [
    [401, message(), null],
    [401, message(), 'no.token.here'],
    [401, message(), await connector.token(entra(DEVELOPER.tenant))],
    [401, message(), await connector.token(entra(other))],
    [401, message(), await connector.token({ aud: `api://${BOT_APP}` })],
    [401, message(), await connector.token({ exp: past })],
    [401, message(), await connector.token({ nbf: past + 7200, exp: past + 9000 })],
    [401, message(), await connector.token({ serviceurl: undefined })],
    [401, message(), await connector.token({}, foreign)],
    [403, message(), await connector.token({}, connector.webchatKey)],
    [403, message(), await connector.token({ serviceurl: elsewhere })],
    [403, { ...message(), serviceUrl: elsewhere }, await connector.token({ serviceurl: elsewhere })],
    [403, { ...message(), channelId: 'webchat' }, await connector.token()],
    [403, { ...message(), channelData: { tenant: { id: other } } }, await connector.token()],
    [403, { ...message(), from: nobody }, await connector.token()],
    [403, messageOf({ from: ada, tenant: other }, 'list'), await connector.token()],
  ];
  const before = connector.requests.length;
  const statuses: number[] = [];
  for (const [, activity, token] of refused) statuses.push((await teams.send(activity, token)).status);
  expect(statuses).toEqual(refused.map(([status]) => status));
  const { events } = (await teams.plane.api('GET', '/access-events?limit=100')).body as AccessEventList;
  const recorded = events.filter(({ message }) => message.includes('claims to be from Teams'));
  expect(recorded.map(({ code }) => code).sort()).toEqual(
    refused.map(([status]) => (status === 401 ? 'BAD_SIGNATURE' : 'NOT_ALLOWED')).sort(),
  );
  // A known person under the name of somebody else is that somebody, who is not linked.
  expect(textIn(await says({ ...ada, aadObjectId: eve.aadObjectId }, 'provision forged uksouth'))).toContain(
    'Matcha does not know who you are',
  );
  expect(connector.requests.length).toBe(before + 1);
  expect(connector.requests.every(({ url }) => url.startsWith(SERVICE_URL))).toBe(true);
  expect(await teams.plane.api('GET', '/stacks/forged')).toMatchObject({ status: 404 });
});
