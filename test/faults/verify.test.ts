import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { EventList, StackDetail } from '../../lib/api/stack.ts';
import { localKey } from '../../local/host/index.ts';
import type { Exchange } from '../../local/trace.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
const exchanges: Exchange[] = [];

const REQUEST = { location: 'uksouth', preset: 'default' };

beforeAll(async () => {
  plane = await startPlane({ speed: 200, trace: (exchange) => exchanges.push(exchange) });
});
afterEach(() => {
  plane.faults.clear();
  plane.kubernetes.repairImages();
});
afterAll(() => plane.close());

const conditionOf = ({ conditions }: StackDetail, type: string) =>
  conditions.find((condition) => condition.type === type);

const kindsOfEvents = async (name: string, { id }: OperationView) => {
  const { events } = (await plane.api('GET', `/stacks/${name}/events`)).body as EventList;
  return events.filter(({ operation }) => operation === id).map(({ kind }) => kind);
};

/** Waits until a verification of the stack runs. */
const verifying = (name: string): Promise<OperationView> =>
  vi.waitUntil(
    async () => {
      const { activeOperation, operation } = await plane.stack(name);
      const isVerified = activeOperation !== undefined && operation?.kind === 'verify';
      return isVerified && operation.steps.some(({ state }) => state === 'running') ? operation : undefined;
    },
    { timeout: 10_000, interval: 10 },
  );

const verified = async (name: string): Promise<OperationView> => plane.ended((await verifying(name)).id);

const begin = async (method: string, path: string, body?: object): Promise<OperationView> => {
  const answer = await plane.api(method, `/stacks/${path}`, body);
  expect(answer.status).toBe(202);
  return answer.body as OperationView;
};

const ended = async (method: string, path: string, body?: object): Promise<OperationView> =>
  plane.ended((await begin(method, path, body)).id);

/** The objects of the cluster that verifications create. */
function leftIn(name: string): string[] {
  const id =
    plane.azure.inventory().find((resource) => resource.endsWith(`managedclusters/${name}-k8s`)) ?? '';
  return plane.kubernetes
    .objects(id)
    .filter(({ metadata }) => metadata.name.startsWith('verify-'))
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

test('a stack is verified by a pipeline and a served model when it is Ready, and both are removed', async () => {
  const provisioned = await plane.provision('demo', REQUEST);
  const ready = await plane.stack('demo');
  expect([provisioned.state, ready.phase]).toEqual(['Succeeded', 'Ready']);
  expect(conditionOf(ready, 'PipelinesVerified')).toMatchObject({ status: 'Unknown', reason: 'Due' });
  const operation = await verified('demo');
  expect(operation).toMatchObject({
    kind: 'verify',
    state: 'Succeeded',
    requestedBy: { actor: 'matcha', channel: 'matcha' },
  });
  expect(operation.steps.map(({ id, state }) => [id, state])).toEqual([
    ['verify-zenml', 'done'],
    ['verify-seldon', 'done'],
    ['clean-up', 'done'],
  ]);
  const stack = await plane.stack('demo');
  expect(stack).toMatchObject({ phase: 'Ready', operation: { id: provisioned.id } });
  for (const type of ['PipelinesVerified', 'ServingVerified'])
    expect(conditionOf(stack, type)).toMatchObject({
      status: 'True',
      reason: 'Verified',
      message: expect.stringMatching(/^at 20\S+Z in \d+:\d\d$/) as string,
    });
  expect(exchanges.filter(({ url, method }) => method === 'POST' && url.includes('/infer'))).toHaveLength(1);
  expect(leftIn('demo')).toEqual([]);
});

test('a verification can be repeated, and a second one at the same time cannot', async () => {
  const operation = await begin('POST', 'demo/verify');
  expect(await plane.api('POST', '/stacks/demo/verify')).toMatchObject({
    status: 409,
    body: { code: 'OPERATION_IN_PROGRESS', operationId: operation.id },
  });
  expect(await plane.ended(operation.id)).toMatchObject({ state: 'Succeeded' });
});

test('a request that changes nothing is answered while a verification runs, which changes no ETag', async () => {
  const { etag } = await plane.stack('demo');
  const { id } = await begin('POST', 'demo/verify');
  expect(await plane.api('PUT', '/stacks/demo', REQUEST)).toMatchObject({ status: 200 });
  expect(await plane.stack('demo')).toMatchObject({ etag, activeOperation: id });
  expect(await plane.ended(id)).toMatchObject({ state: 'Succeeded' });
  expect(await plane.stack('demo')).toMatchObject({ etag });
});

test('a verification gives way to another operation at once, and is tried again after it', async () => {
  const { id } = await begin('POST', 'demo/verify');
  await verifying('demo');
  const before = plane.clock.now();
  const hibernation = await begin('POST', 'demo/hibernate');
  const displaced = await plane.ended(id);
  expect(displaced).toMatchObject({
    state: 'Canceled',
    problem: { code: 'VERIFICATION_DISPLACED', message: `The verification gave way to ${hibernation.id}.` },
  });
  expect(displaced.steps.filter(({ state }) => state === 'running')).toEqual([]);
  expect(await kindsOfEvents('demo', displaced)).toEqual(
    expect.arrayContaining(['operation.canceled', 'operation.endRequested', 'verify.requested']),
  );
  const { state, steps } = await plane.ended(hibernation.id);
  expect(state).toBe('Succeeded');
  // It does not wait for the grace period, because the verification has ended by itself.
  expect(Date.parse(steps[0]?.startedAt ?? '') - before).toBeLessThan(90_000);
  expect(Date.parse(steps[0]?.startedAt ?? '')).toBeGreaterThanOrEqual(
    Date.parse(displaced.finishedAt ?? ''),
  );

  expect(await ended('POST', 'demo/wake')).toMatchObject({ state: 'Succeeded' });
  expect(await verified('demo')).toMatchObject({ state: 'Succeeded' });
  expect(conditionOf(await plane.stack('demo'), 'ServingVerified')?.status).toBe('True');
  expect(leftIn('demo')).toEqual([]);
});

test('what takes the place of a verification waits for one that died, until nothing of it can arrive', async () => {
  const { id } = await begin('POST', 'demo/verify');
  await verifying('demo');
  const path = `/runtime/webhooks/durabletask/instances/${id}/terminate?reason=test&code=${localKey}`;
  expect((await fetch(plane.url + path, { method: 'POST' })).status).toBe(202);
  const { startedAt, id: next } = await begin('POST', 'demo/hibernate');
  const { steps } = await plane.ended(next);
  const waited = Date.parse(steps[0]?.startedAt ?? '') - Date.parse(startedAt);
  expect(waited).toBeGreaterThan(90_000);
  expect(await plane.ended(id)).toMatchObject({ state: 'Canceled' });
  await ended('POST', 'demo/wake');
  await verified('demo');
});

test('a verification that begins at the same moment does not refuse another operation', async () => {
  for (let round = 0; round < 4; round++) {
    const [, answer] = await Promise.all([
      plane.api('POST', '/stacks/demo/verify'),
      plane.api('PUT', '/stacks/demo', { tags: { round: String(round) } }),
    ]);
    expect(answer).toMatchObject({ status: 202 });
    expect(await plane.ended((answer.body as OperationView).id)).toMatchObject({ state: 'Succeeded' });
    // The next one begins by itself after each change.
    expect(await verified('demo')).toMatchObject({ state: 'Succeeded' });
  }
});

test('a tool that refuses for a moment is asked again, and one that does not stop fails the verification', async () => {
  const refuse = (times: number) =>
    plane.faults.add({ target: 'kubernetes', path: /\/infer$/, times, respond: { status: 503 } });
  refuse(5);
  expect(await ended('POST', 'demo/verify')).toMatchObject({ state: 'Succeeded' });
  refuse(Number.POSITIVE_INFINITY);
  expect((await ended('POST', 'demo/verify')).problem).toMatchObject({
    code: 'MODEL_NOT_SERVED',
    cause: expect.stringContaining('status 503') as string,
  });
  plane.faults.clear();
  expect(await ended('POST', 'demo/verify')).toMatchObject({ state: 'Succeeded' });
});

test('a canceled verification leaves the stack as it is, and is not repeated by itself', async () => {
  const { id } = await begin('POST', 'demo/verify');
  expect((await plane.api('POST', `/operations/${id}/cancel`)).status).toBe(202);
  expect(await plane.ended(id)).toMatchObject({ state: 'Canceled' });
  const stack = await plane.stack('demo');
  expect(stack).toMatchObject({ phase: 'Ready' });
  expect(stack).not.toHaveProperty('problem');
  expect(stack).not.toHaveProperty('activeOperation');
});

test('a pipeline that cannot run degrades the stack with the reason, and a model is not served', async () => {
  plane.kubernetes.breakImage(/\/pipelines:/, 'ImagePullBackOff');
  const operation = await ended('POST', 'demo/verify');
  expect(operation).toMatchObject({
    state: 'PartiallySucceeded',
    problem: {
      code: 'PIPELINE_FAILED',
      cause: expect.stringMatching(/^ImagePullBackOff: Back-off pulling image/) as string,
      remedies: expect.arrayContaining([expect.objectContaining({ action: 'verifyStack' })]) as object[],
    },
  });
  expect(operation.steps.map(({ state }) => state)).toEqual(['failed', 'blocked', 'done']);
  const stack = await plane.stack('demo');
  expect(stack).toMatchObject({ phase: 'Degraded', problem: { code: 'PIPELINE_FAILED' } });
  expect(conditionOf(stack, 'PipelinesVerified')).toMatchObject({
    status: 'False',
    reason: 'PIPELINE_FAILED',
  });
  expect(conditionOf(stack, 'ServingVerified')).toMatchObject({ status: 'Unknown', reason: 'Blocked' });
  expect(leftIn('demo')).toEqual([]);
  plane.kubernetes.repairImages();
  expect(await ended('POST', 'demo/verify')).toMatchObject({ state: 'Succeeded' });
  expect(await plane.stack('demo')).toMatchObject({ phase: 'Ready' });
});

test('a model that is not served degrades the stack with the reason', async () => {
  plane.kubernetes.breakImage(/mlserver/, 'CrashLoopBackOff');
  const operation = await ended('POST', 'demo/verify');
  expect(operation.problem).toMatchObject({
    code: 'MODEL_NOT_SERVED',
    cause: expect.stringMatching(/^CrashLoopBackOff/) as string,
  });
  expect(leftIn('demo')).toEqual([]);
  plane.kubernetes.repairImages();
  // A provision asks for a new verification.
  expect((await plane.provision('demo', REQUEST)).state).toBe('Succeeded');
  expect(await plane.stack('demo')).toMatchObject({ phase: 'Ready' });
  expect(await verified('demo')).toMatchObject({ state: 'Succeeded' });
});

test('a destroy takes the place of a verification', async () => {
  await begin('POST', 'demo/verify');
  await verifying('demo');
  const destroyed = await ended('DELETE', 'demo');
  expect(destroyed).toMatchObject({ state: 'Succeeded', receipt: { left: [] } });
  expect((await plane.stack('demo')).conditions).toEqual([]);
  expect(plane.azure.inventory()).toEqual([]);
});

test('a stack without pipelines has nothing to verify', async () => {
  await plane.provision('plain', { location: 'uksouth', components: ['mlflow'] });
  expect((await plane.stack('plain')).conditions.map(({ type }) => type)).toEqual(['Ready', 'MlflowReady']);
  expect(await plane.api('POST', '/stacks/plain/verify')).toMatchObject({
    status: 409,
    body: { code: 'NOTHING_TO_VERIFY' },
  });
  await ended('POST', 'plain/hibernate');
  expect(await plane.api('POST', '/stacks/plain/verify')).toMatchObject({
    status: 409,
    body: { code: 'STACK_HIBERNATED' },
  });
});
