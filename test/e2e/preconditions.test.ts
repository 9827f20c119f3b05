import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane({ speed: 1200 });
  await plane.provision('demo', MLFLOW);
});
afterAll(() => plane.close());

const MLFLOW = { location: 'uksouth', components: ['mlflow'] };
const failed = { status: 412, body: { code: 'PRECONDITION_FAILED', remedies: [{ action: 'getStack' }] } };

const etagOf = async (name: string): Promise<string> =>
  (await plane.api('GET', `/stacks/${name}`)).headers.get('etag') ?? '';

const ended = async ({ body }: { body: unknown }) => plane.ended((body as OperationView).id);

test('a stack has a strong ETag, which changes with its record and not otherwise', async () => {
  const first = await plane.api('GET', '/stacks/demo');
  const etag = first.headers.get('etag');
  expect(etag).toMatch(/^"[^"]+"$/);
  expect(first.body).toMatchObject({ etag });
  expect(await etagOf('demo')).toBe(etag);
  const unchanged = await plane.api('PUT', '/stacks/demo', MLFLOW);
  expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([200, etag]);
  await plane.provision('demo', { lifetime: { protected: true } });
  expect(await etagOf('demo')).not.toBe(etag);
  await plane.provision('demo', { lifetime: null });
});

test.each([
  ['PUT', '/stacks/demo', { tags: { team: 'ml' } }],
  ['PUT', '/stacks/demo', {}],
  ['DELETE', '/stacks/demo', undefined],
  ['POST', '/stacks/demo/hibernate', {}],
  ['POST', '/stacks/demo/wake', {}],
  ['POST', '/stacks/demo/upgrade', {}],
])('%s %s is refused when the stack has none of the ETags of If-Match', async (method, path, body) => {
  const current = await etagOf('demo');
  for (const tag of ['"stale"', `W/${current}`, '"a", "b"'])
    expect(await plane.api(method, path, body, { 'if-match': tag })).toMatchObject(failed);
  expect(await plane.stack('demo')).toMatchObject({ phase: 'Ready', etag: current });
});

test('an operation starts when If-Match names the current ETag, or any', async () => {
  const hibernated = await plane.api('POST', '/stacks/demo/hibernate', undefined, {
    'if-match': `"other", ${await etagOf('demo')}`,
  });
  expect(await ended(hibernated)).toMatchObject({ state: 'Succeeded' });
  const woken = await plane.api('POST', '/stacks/demo/wake', undefined, { 'if-match': '*' });
  expect(await ended(woken)).toMatchObject({ state: 'Succeeded' });
});

test('If-Match never creates a stack, and one that is malformed is refused', async () => {
  for (const tag of ['*', '"any"'])
    expect(await plane.api('PUT', '/stacks/fresh', MLFLOW, { 'if-match': tag })).toMatchObject(failed);
  expect((await plane.api('GET', '/stacks/fresh')).status).toBe(404);
  expect(await plane.api('PUT', '/stacks/fresh', MLFLOW, { 'if-match': 'any' })).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST', cause: 'if-match: must be * or ETags in double quotes' },
  });
});

test('of many changes with one ETag at once, one is made', async () => {
  const etag = await etagOf('demo');
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      plane.api('PUT', '/stacks/demo', { tags: { index: String(index) } }, { 'if-match': etag }),
    ),
  );
  const accepted = answers.findIndex(({ status }) => status === 202);
  for (const [index, answer] of answers.entries())
    if (index !== accepted) expect(answer).toMatchObject(failed);
  await ended(answers[accepted]!);
  expect((await plane.stack('demo')).spec.tags).toEqual({ index: String(accepted) });
});

test('a repeated request is answered although its ETag is no longer the current one', async () => {
  const headers = { 'if-match': await etagOf('demo'), 'operation-id': 'once' };
  const ask = () => plane.api('PUT', '/stacks/demo', { tags: { once: 'yes' } }, headers);
  expect((await ask()).status).toBe(202);
  await plane.ended('demo-once');
  expect(await ask()).toMatchObject({ status: 202, body: { id: 'demo-once', state: 'Succeeded' } });
});
