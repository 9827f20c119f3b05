import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import { FENCE } from '../../lib/domain/fence.ts';
import { sleep } from '../../local/clock.ts';
import { localKey } from '../../local/host/index.ts';
import type { Exchange } from '../../local/trace.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { startTableProxy, type TableProxy } from '../../local/tables/proxy.ts';

const REQUEST = { location: 'uksouth', components: ['mlflow'] };

/** Seconds that a call waits for a throttled request. */
const RETRY_AFTER = 20;

let proxy: TableProxy;
let plane: TestPlane;
let onExchange: (exchange: Exchange) => void;
let writes: Exchange[];

beforeEach(async () => {
  writes = [];
  onExchange = () => undefined;
  proxy = await startTableProxy(inject('tables'));
  plane = await startPlane({
    // Slow enough that a request of a test takes less than the time that a call waits.
    speed: 120,
    tables: proxy.connectionString,
    trace: (exchange) => {
      if (exchange.method !== 'GET' && exchange.status < 300) writes.push(exchange);
      onExchange(exchange);
    },
  });
});
afterEach(async () => {
  await plane.close();
  await proxy.close();
});

const begin = async (method: string, path: string, body?: object): Promise<OperationView> =>
  (await plane.api(method, path, body)).body as OperationView;

/** Throttles the next such request, and resolves when the call waits for its Retry-After. */
function waiting(method: string, path: RegExp): Promise<void> {
  const respond = { status: 429, headers: { 'retry-after': String(RETRY_AFTER) }, body: {} };
  plane.faults.add({ target: 'arm', method, path, respond });
  return new Promise((resolve) => {
    onExchange = (exchange) => {
      if (exchange.status === 429) resolve();
    };
  });
}

/** All ways to end an operation from outside. */
const WAYS: Record<string, (id: string) => Promise<unknown>> = {
  'a forced unlock': () => plane.api('POST', '/stacks/demo/unlock', { force: true }),
  'a cancellation': (id) => plane.api('POST', `/operations/${id}/cancel`),
  'the reconciler': async (id) => {
    const path = `/runtime/webhooks/durabletask/instances/${id}/terminate?reason=test&code=${localKey}`;
    expect((await fetch(plane.url + path, { method: 'POST' })).status).toBe(202);
  },
};

const groups = () => plane.azure.inventory().filter((id) => /resourcegroups\/demo-resources$/i.test(id));

test.each(Object.keys(WAYS))(
  'a destroy that was ended by %s does not delete what comes after it',
  async (way) => {
    await plane.provision('demo', REQUEST);
    const isWaiting = waiting('DELETE', /resourceGroups\/demo-resources$/i);
    const { id } = await begin('DELETE', '/stacks/demo');
    await isWaiting;
    await WAYS[way]?.(id);
    const { state } = await plane.ended(id);
    expect(state).toBe(way === 'the reconciler' ? 'Failed' : 'Canceled');
    writes = [];
    await sleep(plane.clock, 3 * RETRY_AFTER * 1000);
    expect(writes).toEqual([]);
    expect((await plane.provision('demo', REQUEST)).state).toBe('Succeeded');
    expect(groups()).toHaveLength(1);
  },
);

test.each(Object.keys(WAYS))(
  'a provision that was ended by %s creates nothing after a destroy',
  async (way) => {
    const isWaiting = waiting('PUT', /resourceGroups\/demo-resources$/i);
    const { id } = await begin('PUT', '/stacks/demo', REQUEST);
    await isWaiting;
    await WAYS[way]?.(id);
    await plane.ended(id);
    const destroyed = await plane.ended((await begin('DELETE', '/stacks/demo')).id);
    expect(destroyed.state).toBe('Succeeded');
    expect(destroyed.receipt?.left).toEqual([]);
    await sleep(plane.clock, 3 * RETRY_AFTER * 1000);
    expect(groups()).toEqual([]);
  },
);

test('an operation that is recorded and has not started yet is unlocked only by force', async () => {
  // The record is stored, but the server cannot know, and starts nothing.
  proxy.fault = ({ body }) => (body.includes('provision.requested') ? 'lose-answer' : undefined);
  expect((await plane.api('PUT', '/stacks/demo', REQUEST)).status).toBe(503);
  proxy.fault = () => undefined;
  expect(await plane.api('POST', '/stacks/demo/unlock', {})).toMatchObject({
    status: 409,
    body: { code: 'OPERATION_RUNNING' },
  });
  const { activeOperation = '' } = await plane.stack('demo');
  expect((await plane.ended(activeOperation)).state).toBe('Succeeded');
});

test('a stack whose operation is being ended is not free, and says what it waits for', async () => {
  const isWaiting = waiting('PUT', /resourceGroups\/demo-resources$/i);
  const { id } = await begin('PUT', '/stacks/demo', REQUEST);
  await isWaiting;
  const { body } = await plane.api('POST', '/stacks/demo/unlock', { force: true });
  expect(body).toMatchObject({
    activeOperation: id,
    operation: { state: 'Ending', ending: { state: 'Canceled' } },
  });
  const { ending } = (body as StackDetail).operation ?? {};
  expect(Date.parse(ending?.freeAfter ?? '') - Date.parse(ending?.since ?? '')).toBe(FENCE.grace * 1000);
  expect(await plane.api('DELETE', '/stacks/demo')).toMatchObject({
    status: 409,
    body: {
      code: 'OPERATION_IN_PROGRESS',
      cause: expect.stringContaining(ending?.freeAfter ?? '?') as string,
    },
  });
  const ended = await plane.ended(id);
  expect(ended).toMatchObject({ state: 'Canceled', problem: { code: 'OPERATION_CANCELED' } });
  expect(Date.parse(ended.finishedAt ?? '')).toBeGreaterThan(Date.parse(ending?.freeAfter ?? ''));
  expect(ended.steps.filter(({ state }) => state === 'running')).toEqual([]);
});

test('a canceled provision keeps what it made, and the next one continues from it', async () => {
  const { id } = await begin('PUT', '/stacks/demo', REQUEST);
  await vi.waitUntil(() => writes.some(({ url }) => url.includes('managedClusters')), { interval: 5 });
  const before = plane.clock.now();
  expect(await plane.api('POST', `/operations/${id}/cancel`)).toMatchObject({ status: 202 });
  expect((await plane.ended(id)).state).toBe('Canceled');
  // It ends by itself; only a forced end waits for the grace period.
  expect(plane.clock.now() - before).toBeLessThan(FENCE.grace * 1000);
  expect(await plane.stack('demo')).toMatchObject({
    phase: 'Failed',
    problem: { code: 'OPERATION_CANCELED' },
  });
  expect(await plane.api('POST', `/operations/${id}/cancel`)).toMatchObject({
    status: 409,
    body: { code: 'OPERATION_ENDED' },
  });
  expect((await plane.provision('demo', REQUEST)).state).toBe('Succeeded');
  expect(
    writes.filter(({ method, url }) => method === 'PUT' && /managedClusters\/[^/]+\?/.test(url)),
  ).toHaveLength(1);
  const { body } = await plane.api('GET', '/stacks/demo/events');
  const kinds = (body as { events: { kind: string }[] }).events.map(({ kind }) => kind);
  expect(kinds).toEqual([
    'operation.succeeded', 'provision.requested', 'operation.canceled', 'operation.endRequested', 'provision.requested',
  ]); // prettier-ignore
});
