import { readFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { Exchange } from '../../local/trace.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const trace = join(mkdtempSync(join(tmpdir(), 'matcha-trace-')), 'trace.ndjson');
let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane({ trace });
});
afterEach(() => {
  plane.faults.clear();
  plane.kubernetes.repairImages();
});
afterAll(() => plane.close());

/** The successful writes to a path of Azure or the cluster. */
const writes = (path: RegExp): Exchange[] =>
  readFileSync(trace, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Exchange)
    .filter(
      ({ method, url, status }) =>
        ['PUT', 'PATCH', 'POST', 'DELETE'].includes(method) && path.test(url) && status < 300,
    );

test('the second of two concurrent provisions is rejected with the id of the first', async () => {
  const request = { location: 'uksouth', preset: 'default' };
  const answers = await Promise.all([1, 2].map(() => plane.api('PUT', '/stacks/twice', request)));
  const [won, lost] = answers.sort((a, b) => a.status - b.status);
  const { id } = won?.body as OperationView;
  expect(won?.headers.get('operation-location')).toMatch(new RegExp(`/api/v1/operations/${id}$`));
  expect(lost).toMatchObject({ status: 409, body: { code: 'OPERATION_IN_PROGRESS', operationId: id } });
  expect((await plane.ended(id)).state).toBe('Succeeded');
  expect(writes(/managedClusters\/twice-k8s\?/).filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test('a repeated request with the same Operation-Id is the same operation', async () => {
  const request = { location: 'uksouth', preset: 'default' };
  const ask = (body: object) => plane.api('PUT', '/stacks/again', body, { 'operation-id': 'my-id-1' });
  const first = await ask(request);
  const second = await ask(request);
  expect([first.status, second.status]).toEqual([202, 202]);
  expect((second.body as OperationView).id).toBe('again-my-id-1');
  expect(await ask({ ...request, preset: 'llm' })).toMatchObject({
    status: 409,
    body: { code: 'OPERATION_ID_REUSED' },
  });
  await plane.ended('again-my-id-1');
});

test('a provision that fails for lack of quota can be continued', async () => {
  // The quota is used up after the preflight.
  const body = {
    code: 'ErrCode_InsufficientVCPUQuota',
    details: null,
    message:
      'Insufficient vcpu quota requested 4, remaining 2 for family StandardDSv5Family for region westeurope.',
    subcode: '',
  };
  const path = /managedClusters\/quota-k8s$/;
  plane.faults.add({ target: 'arm', method: 'PUT', path, respond: { status: 400, body } });
  const request = { location: 'westeurope', preset: 'default' };
  const failed = await plane.provision('quota', request);
  expect(failed).toMatchObject({
    state: 'Failed',
    problem: { code: 'QUOTA_EXCEEDED', operationId: failed.id },
  });
  expect(failed.problem?.remedies).toContainEqual(
    expect.objectContaining({
      action: 'provisionStack',
      arguments: { 'cluster.onShortage.do': 'wait', 'cluster.onShortage.upTo': 'P3D' },
    }),
  );
  expect(failed.problem?.cause).toMatch(/quota/i);
  expect(await plane.stack('quota')).toMatchObject({ phase: 'Failed', problem: { code: 'QUOTA_EXCEEDED' } });
  const states = Object.fromEntries(failed.steps.map(({ id, state }) => [id, state]));
  expect(states).toMatchObject({
    storage: 'done',
    registry: 'done',
    roles: 'done',
    cluster: 'failed',
    mlflow: 'blocked',
  });

  const finished =
    /(quota-resources|storageAccounts\/quotast\w+|registries\/quotaacr\w+|userAssignedIdentities\/quota-\w+)\?|containers\//;
  // People get their roles when the cluster exists.
  const writesAgain = () =>
    writes(finished).filter(({ requestBody }) => !JSON.stringify(requestBody).includes('"User"'));
  const before = writesAgain().length;
  expect((await plane.provision('quota', request)).state).toBe('Succeeded');
  expect(await plane.stack('quota')).toMatchObject({ phase: 'Ready', generation: 1 });
  expect(writesAgain()).toHaveLength(before);
});

test('a failed component degrades the stack, and repairing it does not affect the others', async () => {
  const request = { location: 'uksouth', preset: 'llm' };
  plane.kubernetes.breakImage(/chroma/, 'ImagePullBackOff');
  const degraded = await plane.provision('partly', request);
  expect(degraded.state).toBe('PartiallySucceeded');
  expect(degraded.problem).toMatchObject({
    code: 'IMAGE_PULL',
    message: 'Chroma: its image cannot be pulled.',
  });
  const stack = await plane.stack('partly');
  expect(stack.phase).toBe('Degraded');
  const conditions = Object.fromEntries(stack.conditions.map(({ type, status }) => [type, status]));
  expect(conditions).toMatchObject({
    Ready: 'False',
    ChromaReady: 'False',
    MlflowReady: 'True',
    ZenmlReady: 'True',
  });

  const mlflow = /namespaces\/mlflow\/[a-z]+\/[\w-]+\?/;
  const before = writes(mlflow).length;
  plane.kubernetes.repairImages();
  expect((await plane.provision('partly', request)).state).toBe('Succeeded');
  expect((await plane.stack('partly')).phase).toBe('Ready');
  expect(writes(mlflow)).toHaveLength(before);
});

test('a lost response does not create a resource twice', async () => {
  for (const path of [
    /managedClusters\/lost-k8s$/,
    /storageAccounts\/lostst\w+$/,
    /registries\/lostacr\w+$/,
  ]) {
    plane.faults.add({ target: 'arm', method: 'PUT', path, loseResponse: true });
  }
  expect((await plane.provision('lost', { location: 'uksouth', preset: 'default' })).state).toBe('Succeeded');
  expect(plane.azure.inventory().filter((id) => /managedclusters\/lost-k8s$/i.test(id))).toHaveLength(1);
});

test('a protected stack cannot be destroyed', async () => {
  await plane.provision('safe', { location: 'uksouth', preset: 'default', lifetime: { protected: true } });
  expect(await plane.api('DELETE', '/stacks/safe')).toMatchObject({
    status: 409,
    body: { code: 'STACK_PROTECTED' },
  });
});

test('the region of a stack is immutable', async () => {
  const answer = await plane.api('PUT', '/stacks/safe', { location: 'northeurope' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'IMMUTABLE_FIELD' } });
});

test('unlock ends a running operation only if it is forced, and the next provision continues', async () => {
  const request = { location: 'uksouth', preset: 'default' };
  const { id } = (await plane.api('PUT', '/stacks/stuck', request)).body as OperationView;
  expect(await plane.api('POST', '/stacks/stuck/unlock', {})).toMatchObject({
    status: 409,
    body: { code: 'OPERATION_RUNNING', operationId: id },
  });
  expect(await plane.api('POST', '/stacks/stuck/unlock', { force: true })).toMatchObject({
    status: 200,
    body: { activeOperation: id, operation: { state: 'Ending' } },
  });
  const { state, steps } = await plane.ended(id);
  expect(state).toBe('Canceled');
  expect(await plane.stack('stuck')).toMatchObject({
    phase: 'Failed',
    problem: { code: 'OPERATION_CANCELED' },
  });
  expect(steps.filter((step) => step.state === 'running')).toEqual([]);
  expect(await plane.api('POST', '/stacks/stuck/unlock', {})).toMatchObject({
    status: 409,
    body: { code: 'NOT_LOCKED' },
  });
  expect((await plane.provision('stuck', request)).state).toBe('Succeeded');
});

test('a foreign resource group is not changed', async () => {
  const { credential, httpClient, subscriptionId } = plane.azure;
  const { ResourceManagementClient } = await import('@azure/arm-resources');
  const theirs = new ResourceManagementClient(credential, subscriptionId, { httpClient });
  await theirs.resourceGroups.createOrUpdate('alien-resources', {
    location: 'uksouth',
    tags: { team: 'finance' },
  });
  const failed = await plane.provision('alien', { location: 'uksouth' });
  expect(failed.problem?.code).toBe('FOREIGN_RESOURCE');
});
