import { expect, test } from 'vitest';
import { createReceiver } from '../../lib/slack/receive.ts';
import { slackSettingsFrom } from '../../lib/settings.ts';
import { commandBody, pressBody, signed, SIGNING_SECRET, TEAM } from '../helpers/slack.ts';

const NOW = 1_800_000_000;
const from = { user: 'U0ADA', channel: 'C0ML' };
const receive = createReceiver(SIGNING_SECRET);

const received = (kind: 'command' | 'action', body: string, at = NOW, now = NOW) =>
  receive(kind, { body: Buffer.from(body), headers: new Headers(signed(body, { at })) }, now * 1000);

test('a command and a button become a request, without the address of the response', () => {
  const command = received('command', commandBody('status demo', from, 'trigger'));
  expect(command).toMatchObject({
    state: 'asked',
    request: {
      from: { channel: 'slack', team: TEAM, user: 'U0ADA' },
      text: 'status demo',
      place: { channel: 'C0ML' },
    },
  });
  const button = received('action', pressBody('confirm 0123', from));
  expect(button).toMatchObject({
    state: 'asked',
    request: { text: 'confirm 0123', place: { channel: 'C0ML' } },
  });
  expect(JSON.stringify([command, button])).not.toContain('response-secret');
});

test('the id of a request is that of its trigger, however it is signed', () => {
  const body = commandBody('list', from, 'trigger');
  const [first, second] = [received('command', body), received('command', body, NOW - 1)];
  expect(first).toMatchObject({ state: 'asked' });
  if (first.state !== 'asked' || second.state !== 'asked') return;
  expect(second.request.id).toBe(first.request.id);
  expect(second.digest).not.toBe(first.digest);
  expect(first.request.id).toMatch(/^[0-9a-f]{32}$/);
});

test.each([300, -300])('a clock that differs by %i seconds is accepted', (seconds) => {
  expect(received('command', commandBody('list', from), NOW - seconds).state).toBe('asked');
});

test.each([301, -301])('a clock that differs by %i seconds is not', (seconds) => {
  expect(received('command', commandBody('list', from), NOW - seconds).state).toBe('forged');
});

test.each([
  ['command', 'ssl_check=1'],
  ['command', 'text=list&user_id=U1'],
  ['command', 'team_id=T1&user_id=../x&channel_id=C1&text=list'],
  ['action', 'payload=%7B'],
  [
    'action',
    `payload=${encodeURIComponent(JSON.stringify({ type: 'view_submission', user: { id: 'U1' } }))}`,
  ],
  ['action', ''],
] as const)('a %s with %s asks for nothing', (kind, body) => {
  expect(received(kind, body).state).toBe('ignored');
});

test('Slack does not start without its secrets, and is off without any', () => {
  expect(() => createReceiver('')).toThrow('empty');
  expect(slackSettingsFrom({})).toBeUndefined();
  expect(() => slackSettingsFrom({ MATCHA_SLACK_SIGNING_SECRET: '', MATCHA_SLACK_BOT_TOKEN: 'x' })).toThrow();
  expect(() => slackSettingsFrom({ MATCHA_SLACK_SIGNING_SECRET: 'x' })).toThrow('both');
  expect(slackSettingsFrom({ MATCHA_SLACK_SIGNING_SECRET: 'x', MATCHA_SLACK_BOT_TOKEN: 'y' })).toEqual({
    signingSecret: 'x',
    botToken: 'y',
  });
});
