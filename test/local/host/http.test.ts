import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClock } from '../../../local/clock.ts';
import { localKey, startHost } from '../../../local/host/index.ts';
import { eventually, startTestHost } from './harness.ts';
import type { Client, Status } from './harness.ts';

let host: Client;
const logged: string[] = [];

beforeAll(async () => {
  host = await startTestHost({
    log: (level, category, message) => logged.push(`${level} ${category} ${message}`),
  });
});
afterAll(() => host.stop());

const get = (path: string, init?: RequestInit) => fetch(`${host.url}/api/${path}`, init);

test('a function receives the parameters, query and body of a request and returns a response', async () => {
  const response = await get('items/5/full?q=1&q=2', { method: 'PUT', body: 'größer' });
  expect(response.status).toBe(201);
  expect(response.headers.get('x-method')).toBe('PUT');
  expect(response.headers.get('set-cookie')).toBe('seen=a%20b; Path=/; HttpOnly');
  expect(await response.json()).toEqual({
    params: { id: '5', view: 'full' },
    query: ['1', '2'],
    body: 'größer',
  });
});

test.each([
  ['items/5', { id: '5' }],
  ['ITEMS/5/a%20b/', { id: '5', view: 'a b' }],
])('%s has the parameters %o', async (path, params) => {
  expect(await (await get(path)).json()).toMatchObject({ params });
});

test.each([
  ['items/7/special', { name: 'literal', params: {} }],
  ['items/word', { name: 'catchAll', params: { path: 'word' } }],
  ['items/5/a/b%2Fc', { name: 'catchAll', params: { path: '5/a/b/c' } }],
  ['items/word/%E0%A4%A', { name: 'catchAll', params: { path: 'word/%E0%A4%A' } }],
  ['items', { name: 'catchAll', params: { path: '' } }],
])('%s is served by the most specific route', async (path, served) => {
  expect(await (await get(path)).json()).toEqual(served);
});

test.each(['nowhere', ''])('%s is not found', async (path) => {
  expect((await get(path)).status).toBe(404);
});

test('a method without a route is not found', async () => {
  expect((await get('silent', { method: 'DELETE' })).status).toBe(404);
});

test.each(['function', 'admin'])('a function with the level %s requires the key', async (level) => {
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await get(`secured/${level}${path}`, { headers })).status;
  expect(await status('')).toBe(401);
  expect(await status('?code=wrong')).toBe(401);
  expect(await status('', { 'x-functions-key': 'wrong' })).toBe(401);
  expect(await status(`?code=${localKey}`)).toBe(200);
  expect(await status('', { 'x-functions-key': localKey })).toBe(200);
});

test('an error in a handler returns 500 and is logged', async () => {
  expect((await get('throws')).status).toBe(500);
  expect(logged.join('\n')).toContain('error Host.Http GET /api/throws: Error: the handler failed');
});

test('a handler without a result returns 204', async () => {
  expect((await get('silent')).status).toBe(204);
});

test('a process can run only one host', async () => {
  await expect(startTestHost()).rejects.toThrow('already running');
});

test('host.json sets the route prefix, the task hub, the limits and the timeout', async () => {
  await host.stop();
  const folder = mkdtempSync(join(tmpdir(), 'host-'));
  const hostJson = join(folder, 'host.json');
  const durableTask = { hubName: 'TestHub', maxConcurrentActivityFunctions: 2 };
  const extensions = { http: { routePrefix: 'v2/api' }, durableTask };
  writeFileSync(hostJson, JSON.stringify({ version: '2.0', functionTimeout: '00:00:01', extensions }));
  const configured = await startHost(() => Promise.resolve(), { clock: createClock(), hostJson });
  try {
    const run = async (input: object) => {
      const url = `${configured.url}/runtime/webhooks/durabletask/orchestrators/fanOut`;
      const started = await fetch(url, { method: 'POST', body: JSON.stringify(input) });
      const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
      expect(statusQueryGetUri).toContain('taskHub=TestHub');
      return eventually(
        async () => (await (await fetch(statusQueryGetUri)).json()) as Status,
        ({ output }) => output !== null,
      );
    };
    expect((await fetch(`${configured.url}/v2/api/items/7/special`)).status).toBe(200);
    const before = Date.now();
    expect((await run({ count: 4, milliseconds: 40 })).output).toBe(4);
    expect(Date.now() - before).toBeGreaterThanOrEqual(80);
    expect((await run({ count: 1, milliseconds: 3000 })).output).toContain(
      'Timeout value of 1 s was exceeded by function: Functions.slow',
    );
  } finally {
    await configured.stop();
    rmSync(folder, { recursive: true });
  }
});
