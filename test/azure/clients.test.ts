import type { HttpClient } from '@azure/core-rest-pipeline';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { expect, test } from 'vitest';
import { clientFactory } from '../../lib/azure/clients.ts';

interface FakeResponse {
  status: number;
  headers?: Record<string, string>;
  body?: object;
}

/** Real SDK clients with a fake clock that receive these responses in order. */
function clientsReceiving(responses: FakeResponse[]) {
  /** The Authorization headers of all requests. */
  const sent: (string | undefined)[] = [];
  let now = 0;
  let tokens = 0;
  const httpClient: HttpClient = {
    sendRequest(request) {
      sent.push(request.headers.get('authorization'));
      const { status, headers = {}, body = {} } = responses.shift() ?? { status: 200 };
      return Promise.resolve({
        request,
        status,
        headers: createHttpHeaders({ 'content-type': 'application/json', ...headers }),
        bodyAsText: JSON.stringify(body),
      });
    },
  };
  const clients = clientFactory({
    subscriptionId: '5a1ad000-0000-4000-8000-000000000001',
    principalId: 'p',
    credential: {
      getToken: () => Promise.resolve({ token: `t${++tokens}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    time: {
      now: () => now,
      sleep: (ms) => {
        now += ms;
        return Promise.resolve();
      },
    },
    httpClient,
  });
  return { clients, sent, elapsed: () => now / 1000, tokens: () => tokens };
}

const throttled = (seconds: number): FakeResponse => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  body: { error: { code: 'TooManyRequests', message: 'Slow down.' } },
});
const group = async (open: ReturnType<typeof clientFactory>) => {
  const clients = open();
  const found = (await clients.resources()).resourceGroups.get('g');
  const name = await found.then(({ name }) => name).catch(() => undefined);
  return { name, call: clients.call };
};

test('a call waits for a short Retry-After and sends the request again', async () => {
  const { clients, sent, elapsed } = clientsReceiving([throttled(5), throttled(10), { status: 200, body: { name: 'g' } }]); // prettier-ignore
  expect((await group(clients)).name).toBe('g');
  expect(sent).toHaveLength(3);
  expect(elapsed()).toBe(15);
});

test('a call ends with the Retry-After when its total wait would be too long', async () => {
  const { clients, sent, elapsed } = clientsReceiving([throttled(20), throttled(20)]);
  const { name, call } = await group(clients);
  expect(name).toBeUndefined();
  expect(call).toMatchObject({ retryAfter: 20 });
  expect(sent).toHaveLength(2);
  expect(elapsed()).toBe(20);
});

test('calls do not share errors or Retry-After values', async () => {
  const { clients } = clientsReceiving([throttled(60)]);
  const [first, second] = [await group(clients), await group(clients)];
  expect(first.call.refusals).toHaveLength(1);
  expect(second.call).toMatchObject({ refusals: [] });
  expect(second.call.retryAfter).toBeUndefined();
});

test('calls share tokens', async () => {
  const { clients, sent, tokens } = clientsReceiving([]);
  await Promise.all([group(clients), group(clients)]);
  await group(clients);
  expect(tokens()).toBe(1);
  expect(sent).toEqual(Array(3).fill('Bearer t1'));
});

test('a claims challenge replaces the token for all calls', async () => {
  const claims = Buffer.from('{"access_token":{}}').toString('base64');
  const challenge = { 'www-authenticate': `Bearer error="insufficient_claims", claims="${claims}"` };
  const { clients, sent } = clientsReceiving([{ status: 401, headers: challenge }]);
  await group(clients);
  await group(clients);
  expect(sent).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']); // prettier-ignore
});
