import { sleep } from '../../local/clock.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccessEventList } from '../../lib/api/sign-in.ts';
import { createStore, type Store } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { FORGED } from '../helpers/slack-forgeries.ts';
import {
  BOT_TOKEN,
  buttonOf,
  commandBody,
  nextTrigger,
  pressBody,
  SIGNING_SECRET,
  signed,
  startSlack,
  TEAM,
  wordsOf,
  type FakeSlack,
  type SlackMessage,
} from '../helpers/slack.ts';
import { recordsOf } from '../helpers/stored.ts';

const CHANNEL = 'C0ML';
const ADA = { user: 'U0ADA', channel: CHANNEL };
const EVE = { user: 'U0EVE', channel: CHANNEL };

/** A busy machine may take long; nothing here depends on how long. */
const PATIENT = { timeout: 60_000, interval: 20 };

let slack: FakeSlack;
let plane: TestPlane;
let store: Store;
let run: (...words: string[]) => Promise<Run>;
const logged: string[] = [];

beforeAll(async () => {
  slack = await startSlack({ [CHANNEL]: [ADA.user, EVE.user] });
  plane = await startPlane({
    slack: slack.settings,
    log: (_level, _category, message) => void logged.push(message),
  });
  const { settings, azure } = plane;
  store = createStore(openTable(settings.tables, settings.tableName, azure.credential));
  run = matcha(plane.url);
});
afterAll(async () => {
  await plane.close();
  slack.close();
});

const send = async (path: 'commands' | 'actions', body: string, headers: Record<string, string>) => {
  const response = await fetch(`${plane.url}/api/slack/${path}`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
};

/** The first message that is posted after `act`. */
async function answerTo(act: () => Promise<{ status: number }>): Promise<SlackMessage> {
  const before = slack.messages.length;
  expect((await act()).status).toBe(200);
  await expect.poll(() => slack.messages.length, PATIENT).toBeGreaterThan(before);
  return slack.messages[before]!;
}

/** Types a slash command. */
const say = (text: string, from = ADA) =>
  answerTo(() => {
    const body = commandBody(text, from);
    return send('commands', body, signed(body));
  });

/** Presses a button. */
const press = (value: string, from = ADA) =>
  answerTo(() => {
    const body = pressBody(value, from);
    return send('actions', body, signed(body));
  });

const untilSaid = (message: SlackMessage, words: string) =>
  expect.poll(() => wordsOf(message), PATIENT).toContain(words);

const accessEvents = async () => {
  const { events } = (await plane.api('GET', '/access-events')).body as AccessEventList;
  return events.map(({ kind, actor, message }) => ({ kind, actor, message }));
};

/** A person who is linked without a code. */
async function linked(user: string, person: { id: string; name: string }, seenAt = new Date().toISOString()) {
  const of = { ...person, type: 'User' as const };
  await store.people.put({ ...of, role: 'Operator', seenAt });
  const at = new Date().toISOString();
  const link = {
    channel: 'slack' as const,
    team: TEAM,
    user,
    tenant: 't',
    person: of,
    role: 'Operator' as const,
  };
  await store.chat.putLink({ ...link, at });
}

test('somebody who is not linked is told how to link, and can do nothing', async () => {
  const answer = await say('provision rag uksouth llm');
  expect(answer.onlyFor).toBe(ADA.user);
  expect(wordsOf(answer)).toContain('matcha link slack');
  expect((await plane.api('GET', '/stacks')).body).toEqual({ stacks: [] });
});

test('a code from the command line links once, and is stored nowhere', async () => {
  const { code, stdout } = await run('link', 'slack');
  expect(code).toBe(0);
  const typed = /^\/matcha (link [0-9a-f-]{19})$/m.exec(stdout)?.[1] ?? '';
  expect(wordsOf(await say('link 0123-4567-89ab-cdef'))).toContain('This code does not work');
  expect(wordsOf(await say(typed))).toMatch(/You are .*Linked/s);
  expect(wordsOf(await say(typed, EVE))).toContain('This code does not work');
  expect(wordsOf(await say('whoami'))).toContain('Operator');

  expect(await accessEvents()).toMatchObject([
    { kind: 'access.refused', actor: `${TEAM}/${EVE.user}` },
    { kind: 'chat.linked' },
    { kind: 'access.refused', actor: `${TEAM}/${ADA.user}` },
  ]);
  const { links } = (await plane.api('GET', '/links')).body as { links: object[] };
  expect(links).toMatchObject([{ channel: 'slack', team: TEAM, user: ADA.user, role: 'Admin' }]);
  const { tables, history } = await recordsOf(plane);
  for (const secret of [typed.slice(5), typed.slice(5).replaceAll('-', '')]) {
    expect(tables).not.toContain(secret);
    expect(history).not.toContain(secret);
  }
});

test('a provision is one message that follows the operation to its end', async () => {
  const message = await say('provision rag uksouth llm');
  expect(message).toMatchObject({ channel: CHANNEL });
  expect(message.onlyFor).toBeUndefined();
  expect(wordsOf(message)).toContain('Provisioning');
  await untilSaid(message, 'rag is ready in');
  const { operation } = await plane.stack('rag');
  const events = (await store.listEvents('rag', { limit: 100 })).items;
  expect(events.find(({ kind }) => kind === 'provision.requested')).toMatchObject({ channel: 'slack' });
  expect(operation).toBeDefined();
  expect(message.versions.length).toBeGreaterThan(3);
  expect(new Set(message.versions).size).toBe(message.versions.length);
  expect(message.versions.some((words) => words.includes('AKS cluster'))).toBe(true);
  await plane.settled('rag');
});

test('the same request twice starts one operation, however it is signed', async () => {
  const trigger = nextTrigger();
  const body = commandBody('verify rag', ADA, trigger);
  const now = Math.floor(Date.now() / 1000);
  const message = await answerTo(() => send('commands', body, signed(body, { at: now })));
  expect((await send('commands', body, signed(body, { at: now - 1 }))).status).toBe(200);
  await untilSaid(message, 'rag is verified in');
  const operations = await store.listOperations('rag');
  expect(
    operations.filter(({ value }) => value.requestedBy.channel === 'slack' && value.kind === 'verify'),
  ).toHaveLength(1);
});

test('reading commands answer the person only', async () => {
  for (const [text, words] of [
    ['list', 'rag'],
    ['status rag', 'mlflow'],
    ['plan rag preset=default', 'Chroma'],
    ['events rag', 'asked for rag'],
    ['provision rag', 'No changes'],
    ['stauts rag', 'Did you mean'],
    ['get rag', 'There is no command'],
  ] as const) {
    const answer = await say(text);
    expect([text, answer.onlyFor, wordsOf(answer)]).toEqual([text, ADA.user, expect.stringContaining(words)]);
  }
});

test('a busy Slack is waited for, and a channel without the app is answered in person', async () => {
  slack.beBusy(2);
  expect(wordsOf(await say('list'))).toContain('rag');
  const answer = await say('list', { ...ADA, channel: 'C0OTHER' });
  expect(answer.channel).toBe(`D${ADA.user}`);
});

test('a change that deletes data is asked for in a card of its own', async () => {
  const asked = await say('provision rag default');
  expect(asked.onlyFor).toBe(ADA.user);
  expect(wordsOf(asked)).toMatch(/Deletes.*Chroma/s);
  expect(buttonOf(asked, 'Change it and delete the data').value).toMatch(/^confirm /);
  expect((await plane.stack('rag')).activeOperation).toBeUndefined();
});

test('the card of an operation cancels it; a destroy that was asked for before is not of this stack any more', async () => {
  const before = buttonOf(await say('destroy rag'), 'Destroy rag').value ?? '';
  const message = await say('hibernate rag');
  const cancel = buttonOf(message, 'Cancel').value ?? '';
  expect(cancel).toMatch(/^cancel rag-/);
  expect(wordsOf(await press(cancel))).toContain('rag');
  await untilSaid(message, 'Canceled');
  expect(wordsOf(await press(before))).toContain('rag has changed since you asked');
});

test('only the person who asked may confirm a destroy, once', async () => {
  const asked = await say('destroy rag');
  expect(asked.onlyFor).toBe(ADA.user);
  const button = buttonOf(asked, 'Destroy rag');
  expect(button).toMatchObject({ style: 'danger', confirm: { style: 'danger' } });
  const value = button.value ?? '';
  const nonce = value.replace('confirm ', '');
  expect(nonce).toMatch(/^[0-9a-f]{32}$/);

  expect(wordsOf(await press(value, EVE))).toContain('Not linked');
  await linked(EVE.user, { id: 'eve-id', name: 'eve' });
  expect(wordsOf(await press(value, EVE))).toContain('Only the person who asked');
  expect((await plane.stack('rag')).activeOperation).toBeUndefined();

  const message = await press(value);
  expect(wordsOf(await press(value))).toContain('pressed already');
  await untilSaid(message, 'rag is destroyed in');
  expect(wordsOf(message)).toMatch(/Receipt: \d+ items found/);
  expect((await accessEvents()).map(({ actor, message }) => `${actor}: ${message}`)).toContain(
    `eve: Only the person who asked for it may confirm what happens to rag. (slack user ${TEAM}/${EVE.user})`,
  );
  const { tables, history } = await recordsOf(plane);
  for (const secret of [nonce, 'response-secret', BOT_TOKEN, SIGNING_SECRET]) {
    expect(tables).not.toContain(secret);
    expect(history).not.toContain(secret);
    expect(logged.join('\n')).not.toContain(secret);
  }
});

test('what a person may do in a chat ends with the link, and with the last sign-in', async () => {
  await linked('U0OLD', { id: 'old-id', name: 'old' }, new Date(Date.now() - 91 * 86_400_000).toISOString());
  expect(wordsOf(await say('list', { user: 'U0OLD', channel: 'U0OLD' }))).toContain(
    'has not signed in for 90 days',
  );
  expect((await run('unlink', 'slack')).code).toBe(0);
  expect(wordsOf(await say('list'))).toContain('Not linked');
});

const instances = async () =>
  ((await (await fetch(`${plane.url}/runtime/webhooks/durabletask/instances`)).json()) as object[]).length;

test.each(FORGED)('a request with %s is refused, and recorded', async (_name, reason, forge) => {
  // Only so many refusals of strangers are stored in a minute.
  await sleep(plane.clock, 60_000);
  const before = [await instances(), slack.messages.length];
  const original = commandBody('list', ADA);
  const { headers, body = original } = forge(original);
  const from = logged.length;
  expect((await send('commands', body, headers)).status).toBe(401);
  expect((await send('actions', body, headers)).status).toBe(401);
  expect(logged.slice(from).filter((line) => line.includes(`has ${reason}.`))).toHaveLength(2);
  expect((await accessEvents()).map(({ message }) => message)).toContain(
    `A request that claims to be from Slack has ${reason}.`,
  );
  expect([await instances(), slack.messages.length]).toEqual(before);
});

test('a request that is sent again is refused, and recorded', async () => {
  const body = commandBody('help', ADA);
  const headers = signed(body);
  await answerTo(() => send('commands', body, headers));
  const before = await instances();
  expect((await send('commands', body, headers)).status).toBe(401);
  expect(await instances()).toBe(before);
  expect((await accessEvents()).map(({ message }) => message)).toContain(
    'A request that claims to be from Slack has a signature that was used before.',
  );
});

test('the opening of a link is acknowledged and starts nothing', async () => {
  const body = new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      user: { id: ADA.user },
      team: { id: TEAM },
      actions: [{ type: 'button', action_id: 'matcha-1', url: 'https://portal.azure.com' }],
    }),
  }).toString();
  const before = await instances();
  expect((await send('actions', body, signed(body))).status).toBe(200);
  expect(await instances()).toBe(before);
});
