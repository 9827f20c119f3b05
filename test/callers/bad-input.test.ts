import { afterAll, beforeAll, expect, test } from 'vitest';
import { matcha } from '../helpers/cli.ts';
import type { Problem } from '../../lib/domain/problem.ts';
import { remedyText } from '../helpers/remedies.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const good = { location: 'uksouth', preset: 'llm' };

test.each([
  ['unknown region', 'demo', { ...good, location: 'uksuoth' }, 400, 'UNKNOWN_REGION', /Did you mean uksouth/],
  ['bad prefix', 'my-stack', good, 400, 'INVALID_NAME', /3 to 11 characters/],
  [
    'unknown preset',
    'demo',
    { location: 'uksouth', preset: 'lml' },
    400,
    'UNKNOWN_PRESET',
    /Did you mean llm/,
  ],
  [
    'unknown component',
    'demo',
    { location: 'uksouth', components: ['mlflw'] },
    400,
    'UNKNOWN_COMPONENT',
    /Did you mean mlflow/,
  ],
  ['unknown field', 'demo', { ...good, colour: 'green' }, 400, 'INVALID_REQUEST', /fields that are named/],
  ['malformed JSON', 'demo', '{"location":', 400, 'MALFORMED_JSON', /JSON object/],
  ['a body of the wrong type', 'demo', '[]', 400, 'INVALID_REQUEST', /./],
  [
    'a body over 64 KiB',
    'demo',
    { ...good, tags: { note: 'x'.repeat(70_000) } },
    413,
    'BODY_TOO_LARGE',
    /64 KiB/,
  ],
])(
  '%s is rejected with a code and a remedy, and nothing is created',
  async (_, name, body, status, code, remedy) => {
    const answer = await plane.api('PUT', `/stacks/${name}`, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code, status });
    expect(remedyText((answer.body as Problem).remedies)).toMatch(remedy);
    expect((await plane.api('GET', '/stacks?all=true')).body).toEqual({ stacks: [] });
    expect(plane.azure.inventory()).toEqual([]);
  },
);

const LONG = 'x'.repeat(60_000);
const MANY = Array.from({ length: 4000 }, (_, index) => `f${index}`);

test.each([
  ['an unknown field with a long name', { ...good, [LONG]: 1 }],
  ['many unknown fields', { ...good, ...Object.fromEntries(MANY.map((name) => [name, 1])) }],
  ['many wrong networks', { ...good, access: { kind: 'public', allowFrom: MANY } }],
  ['a tag with a long, wrong name', { ...good, tags: { [`<${LONG}`]: 'x' } }],
  ['a long region', { location: LONG }],
  ['a long preset', { location: 'uksouth', preset: LONG }],
  ['a long component', { location: 'uksouth', components: [LONG] }],
  ['long text that is not JSON', LONG],
])('the answer to %s is short', async (_, body) => {
  for (const [method, path] of [
    ['PUT', '/stacks/demo'],
    ['POST', '/stacks/demo/plan'],
  ] as const) {
    const answer = await plane.api(method, path, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body).length).toBeLessThan(2000);
  }
});

test.each([
  ['PUT', `/stacks/${'x'.repeat(5000)}`, good],
  ['GET', `/stacks/${'x'.repeat(5000)}`, undefined],
  ['GET', `/operations/${'x'.repeat(5000)}`, undefined],
  ['GET', `/stacks?${'x'.repeat(5000)}=1`, undefined],
  ['GET', `/no/${'x'.repeat(5000)}`, undefined],
])('the answer to %s of a long address is short', async (method, path, body) => {
  const answer = await plane.api(method, path, body);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(JSON.stringify(answer.body).length).toBeLessThan(2000);
});

test.each([
  ['/stacks/nothere', 'STACK_NOT_FOUND'],
  ["/stacks/x'%20or%201%20eq%201", 'STACK_NOT_FOUND'],
  ['/operations/nothere-12345678', 'OPERATION_NOT_FOUND'],
  ['/no/such/thing', 'NOT_FOUND'],
])('GET %s returns 404 with a code', async (path, code) => {
  expect(await plane.api('GET', path)).toMatchObject({ status: 404, body: { code } });
});

test('a chat that is not configured answers 404', async () => {
  const response = await fetch(`${plane.url}/api/teams/messages`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'CHAT_NOT_CONFIGURED' });
});

test('a request from a web page is unauthenticated', async () => {
  const answer = await plane.api('GET', '/stacks', undefined, { origin: 'https://elsewhere.example' });
  expect(answer).toMatchObject({ status: 401, body: { code: 'NOT_SIGNED_IN' } });

  const shown = await matcha(plane.url)('events', '--access');
  expect(shown.stdout).toMatch(/^\S+ +nobody +api +\S+ +listStacks +Web pages have no sign-in here\.$/m);
});

test('the command prints the error on stderr and exits with the code for wrong usage', async () => {
  const run = await matcha(plane.url)(
    'provision',
    'demo',
    '--location',
    'uksuoth',
    '--preset',
    'llm',
    '--yes',
  );
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toMatch(/uksuoth/);
  expect(run.stderr).toMatch(/Did you mean uksouth/);
});

test('with --json the command prints remedies as data', async () => {
  const run = await matcha(plane.url)('plan', 'demo', '--location', 'uk', '--json');
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(run.stderr)).toMatchObject({
    code: 'UNKNOWN_REGION',
    stack: 'demo',
    remedies: [{ action: 'manual', text: 'Did you mean uksouth or ukwest?' }],
  });
});

test('invalid fields are named by their flags and values', async () => {
  const run = await matcha(plane.url)('plan', 'demo', '--location', 'uksouth', '--public', 'foo');
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(
    /^✖ --public foo must be a network, such as 203\.0\.113\.0\/24\. +INVALID_REQUEST$/m,
  );
});
