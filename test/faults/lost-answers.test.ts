import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { listen } from '../helpers/server.ts';

let plane: TestPlane;
let proxy: Awaited<ReturnType<typeof listen>>;

/** The operation ids of the requests that start an operation, in their order. */
let ids: (string | undefined)[] = [];
/** How many answers to these requests are lost; `reaches` says whether the server gets the request. */
let loss = { answers: 0, reaches: true };
/** How many requests are answered with 503. */
let refused = 0;

beforeAll(async () => {
  plane = await startPlane({ speed: 1200 });
  proxy = await listen(handle);
});
afterAll(async () => {
  proxy.close();
  await plane.close();
});
beforeEach(() => {
  ids = [];
});

function handle(incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url = '', headers } = incoming;
  if (refused-- > 0) {
    response.writeHead(503, { 'content-type': 'application/problem+json' });
    response.end(
      JSON.stringify({ code: 'TABLES_UNAVAILABLE', title: 'The records cannot be reached.', status: 503 }),
    );
    return;
  }
  const isStart = /PUT|DELETE/.test(method ?? '') || /\/(hibernate|wake|upgrade)$/.test(url);
  if (isStart) ids.push(headers['operation-id'] as string | undefined);
  const { host } = new URL(plane.url);
  const isLost = isStart && ids.length <= loss.answers;
  if (isLost && !loss.reaches) {
    response.destroy();
    return;
  }
  const sent = forward(plane.url + url, { method, headers: { ...headers, host } }, (answer) => {
    if (isLost) {
      answer.resume().on('end', () => response.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  incoming.pipe(sent);
}

const run = (...words: string[]) => matcha(proxy.server)(...words);

const requested = async (): Promise<(string | undefined)[]> => {
  const { body } = await plane.api('GET', '/stacks/demo/events');
  return (body as { events: { kind: string; operation?: string }[] }).events
    .filter(({ kind }) => kind.endsWith('.requested'))
    .map(({ operation }) => operation);
};

test.each([
  ['provision', ['provision', 'demo', '--location', 'uksouth', '--components', 'mlflow', '--yes']],
  ['hibernate', ['hibernate', 'demo']],
  ['wake', ['wake', 'demo']],
  ['destroy', ['destroy', 'demo', '--yes']],
])('%s succeeds once when its answer is lost twice', async (_, words) => {
  loss = { answers: 2, reaches: true };
  const before = await requestedBefore();
  expect(await run(...words)).toMatchObject({ code: 0 });
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}$/);
  expect(await requested()).toEqual([`demo-${ids[0]}`, ...before]);
});

const requestedBefore = async () =>
  (await plane.api('GET', '/stacks/demo')).status === 404 ? [] : requested();

test('a request that never arrives is sent three times, then the command fails', async () => {
  loss = { answers: Infinity, reaches: false };
  const { code, stderr } = await run('provision', 'gone', '--location', 'uksouth', '--yes');
  expect(code).toBe(1);
  expect(stderr).toMatch(/No Matcha server answers[^]*The connection was closed before the answer/);
  expect(ids).toHaveLength(3);
  expect((await plane.api('GET', '/stacks/gone')).status).toBe(404);
});

test('a request is sent again when the records are unavailable for a moment', async () => {
  loss = { answers: 0, reaches: true };
  refused = 2;
  const words = [
    'provision',
    'busy',
    '--location',
    'uksouth',
    '--components',
    'mlflow',
    '--yes',
    '--no-wait',
  ];
  expect(await run(...words)).toMatchObject({ code: 0 });
  expect(new Set(ids).size).toBe(1);
  await plane.ended(`busy-${ids[0]}`);
});

test('each run of the command has an operation id of its own', async () => {
  loss = { answers: 0, reaches: true };
  const words = ['provision', 'own', '--location', 'uksouth', '--components', 'mlflow', '--yes'];
  const { stdout } = await run(...words, '--no-wait');
  expect(stdout).toMatch(`own is being provisioned, operation own-${ids[0]}`);
  await plane.ended(`own-${ids[0]}`);
  await run('hibernate', 'own');
  expect(new Set(ids).size).toBe(2);
});
