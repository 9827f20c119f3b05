import { beforeEach, describe, expect, it } from 'vitest';
import { cardActivity } from '../../lib/teams/adaptive-card.ts';
import { createConnector } from '../../lib/teams/connector.ts';
import { SERVICE_URL, startBotConnector, type BotConnector } from '../helpers/bot-connector.ts';

const botToken = 'the token of the bot';
const conversation = { serviceUrl: SERVICE_URL, id: '19:abc@thread.tacv2;messageid=1' };
const activity = (title: string) => cardActivity({ title });

let teams: BotConnector;
/** Milliseconds. */
let waited: number[];
beforeEach(async () => {
  teams = await startBotConnector({ botAppId: 'unused', botToken });
  waited = [];
});

const connector = (token = botToken) =>
  createConnector({
    credential: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    fetch: teams.fetch,
    now: () => waited.reduce((sum, ms) => sum + ms, 0),
    sleep: (ms) => {
      waited.push(ms);
      return Promise.resolve();
    },
  });
const busy = (status: number, retryAfter?: string) =>
  new Response('', { status, ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }) });

describe('createConnector', () => {
  it('posts an activity in a thread, and replaces it', async () => {
    const posted = await connector().post(conversation, activity('one'));
    const [made] = teams.posted;
    expect(posted).toEqual({ state: 'ready', value: made?.id });
    expect(made?.conversation).toBe(conversation.id);
    await connector().update(conversation, made?.id ?? '', activity('two'));
    expect(made?.versions).toEqual([activity('one'), activity('two')]);
  });

  it.each([412, 429, 502, 503, 504])('sends again after %d', async (status) => {
    teams.answers.push(busy(status), busy(status));
    await expect(connector().post(conversation, activity('one'))).resolves.toMatchObject({ state: 'ready' });
    expect(teams.requests).toHaveLength(3);
    expect(waited[1]).toBeGreaterThan(waited[0] ?? 0);
  });

  it('waits as long as Teams asks', async () => {
    teams.answers.push(busy(429, '7'));
    await connector().post(conversation, activity('one'));
    expect(waited[0]).toBeGreaterThanOrEqual(7000);
  });

  it('leaves a long wait to the orchestration', async () => {
    teams.answers.push(busy(429, '90'));
    await expect(connector().post(conversation, activity('one'))).resolves.toMatchObject({
      state: 'pending',
      retryAfter: 90,
    });
    expect(teams.requests).toHaveLength(1);
  });

  it('ends within its time when Teams stays busy', async () => {
    teams.answers.push(...Array.from({ length: 50 }, () => busy(503)));
    await expect(connector().post(conversation, activity('one'))).resolves.toMatchObject({
      state: 'pending',
    });
    expect(waited.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(20_000);
  });

  it('a message that was deleted, or a bot that was removed, is an ordinary outcome', async () => {
    await expect(connector().update(conversation, 'unknown', activity('one'))).resolves.toMatchObject({
      state: 'failed',
      problem: { code: 'CHAT_REFUSED', cause: 'ActivityNotFoundInConversation' },
    });
    teams.answers.push(Response.json({ error: { code: 'BotNotInConversationRoster' } }, { status: 403 }));
    await expect(connector().post(conversation, activity('one'))).resolves.toMatchObject({ state: 'failed' });
  });

  it('a refused bot is an error that quotes only the code of the answer', async () => {
    await expect(connector('another token').post(conversation, activity('one'))).rejects.toThrow(
      'Teams answered 401 (Unauthorized).',
    );
  });

  it('sends the token of the bot to no other host', async () => {
    const elsewhere = { ...conversation, serviceUrl: 'https://evil.trafficmanager.net/' };
    await expect(connector().post(elsewhere, activity('one'))).rejects.toThrow('not one of Teams');
    expect(teams.requests).toEqual([]);
  });
});
