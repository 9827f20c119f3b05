import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { arm } from '../helpers/azure.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const request = { location: 'uksouth', components: ['registry', 'dvc'] };
const GROUP = '/resourceGroups/demo-resources';
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/demo-k8s?api-version=2026-06-01`;
const ALWAYS = Number.POSITIVE_INFINITY;

let plane: TestPlane;
afterEach(() => plane.close());

async function destroy(name: string, query = ''): Promise<OperationView> {
  const { status, body } = await plane.api('DELETE', `/stacks/${name}${query}`);
  if (status !== 202) throw new Error(`destroy ${name}: ${status} ${JSON.stringify(body)}`);
  return plane.ended((body as OperationView).id);
}

const clusterState = async (): Promise<string | undefined> => {
  try {
    const { properties } = await arm<{ properties: { provisioningState: string } }>(
      plane.azure,
      'GET',
      CLUSTER,
    );
    return properties.provisioningState;
  } catch {
    return undefined;
  }
};

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await setTimeout(10);
}

const gone = { state: 'Succeeded', receipt: { left: [] } };

test.each(['', '?keepData=true'])(
  'destroy succeeds with throttled deletions and lost responses%s',
  async (query) => {
    plane = await startPlane();
    await plane.provision('demo', request);
    const error = { code: 'TooManyRequests', message: 'The request is being throttled.' };
    const respond = { status: 429, headers: { 'retry-after': '60' }, body: { error } };
    const deletion = { target: 'arm', method: 'DELETE', path: /demo/ } as const;
    plane.faults.add({ ...deletion, times: 3, respond });
    plane.faults.add({ ...deletion, times: 4, loseResponse: true });
    expect(await destroy('demo', query)).toMatchObject(gone);
    await destroy('demo');
    expect(plane.azure.inventory()).toEqual([]);
  },
);

test('destroy deletes the resources of a failed provision', async () => {
  plane = await startPlane();
  const failure = { code: 'QuotaExceeded', message: 'No cores.' };
  plane.azure.injectFault({ resource: /managedclusters\/demo-k8s$/, verb: 'create', failure });
  expect((await plane.provision('demo', request)).state).toBe('Failed');
  const destroyed = await destroy('demo');
  expect(destroyed).toMatchObject(gone);
  expect(destroyed.receipt?.gone).toContainEqual(expect.stringMatching(/managedClusters\/demo-k8s$/));
  expect(plane.azure.inventory()).toEqual([]);
});

test.each(['', '?keepData=true'])('destroy deletes a cluster during its creation%s', async (query) => {
  plane = await startPlane();
  const { id } = (await plane.api('PUT', '/stacks/demo', request)).body as OperationView;
  await until(async () => (await clusterState()) === 'Creating');
  await plane.api('POST', `/operations/${id}/cancel`);
  expect(await plane.ended(id)).toMatchObject({ state: 'Canceled' });
  expect(await destroy('demo', query)).toMatchObject(gone);
  expect(await clusterState()).toBeUndefined();
  await destroy('demo');
  expect(plane.azure.inventory()).toEqual([]);
});

test('destroy succeeds if the cluster is already deleted', async () => {
  plane = await startPlane();
  await plane.provision('demo', request);
  await arm(plane.azure, 'DELETE', CLUSTER);
  await until(async () => (await clusterState()) === undefined);
  expect(await destroy('demo')).toMatchObject(gone);
  expect(plane.azure.inventory()).toEqual([]);
});

test('destroy succeeds if the group is already deleted', async () => {
  plane = await startPlane();
  await plane.provision('demo', request);
  await arm(plane.azure, 'DELETE', `${GROUP}?api-version=2025-04-01`);
  expect(await destroy('demo')).toMatchObject(gone);
  expect(plane.azure.inventory()).toEqual([]);
});

test('a failed deletion is retried', async () => {
  plane = await startPlane();
  await plane.provision('demo', request);
  const failure = { code: 'InternalError', message: 'Try again.' };
  plane.azure.injectFault({ resource: /registries\/demoacr/, verb: 'delete', failure, times: 2 });
  expect(await destroy('demo')).toMatchObject(gone);
  expect(plane.azure.inventory()).toEqual([]);
});

test('a role that survives its deletion is found by its id in the next destroy', async () => {
  plane = await startPlane({ speed: 3000 });
  await plane.provision('demo', { location: 'uksouth', preset: 'default' });
  const identity = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/demo-mlflow?api-version=2024-11-30`;
  const { properties } = await arm<{ properties: { principalId: string } }>(plane.azure, 'GET', identity);
  const path = '/providers/Microsoft.Authorization/roleAssignments/11111111-0000-4000-8000-000000000000';
  const role = 'providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c';
  const { id } = await arm<{ id: string }>(plane.azure, 'PUT', `${path}?api-version=2022-04-01`, {
    properties: {
      roleDefinitionId: `/subscriptions/${plane.azure.subscriptionId}/${role}`,
      principalId: properties.principalId,
      principalType: 'ServicePrincipal',
    },
  });
  plane.faults.add({
    target: 'arm',
    method: 'DELETE',
    path: /roleAssignments\/1111/,
    times: ALWAYS,
    respond: { status: 200 },
  });
  const failed = await destroy('demo');
  expect(failed).toMatchObject({ state: 'Failed', problem: { code: 'RESOURCES_LEFT' } });
  expect(failed.receipt?.left).toContain(id);

  // Without the group, only the recorded id leads to the role.
  await arm(plane.azure, 'DELETE', `${GROUP}?api-version=2025-04-01`);
  await until(() => Promise.resolve(plane.azure.inventory().length === 1));
  plane.faults.clear();
  expect(await destroy('demo')).toMatchObject({ ...gone, receipt: { found: [id], gone: [id] } });
  expect(plane.azure.inventory()).toEqual([]);
});

test('a resource that the control plane cannot read does not count as deleted', async () => {
  plane = await startPlane({ speed: 3000 });
  await plane.provision('demo', request);
  const before = plane.azure.inventory();
  const error = { code: 'AuthorizationFailed', message: 'The client does not have authorization.' };
  const respond = { status: 403, body: { error } };
  plane.faults.add({ target: 'arm', method: 'GET', path: /demo-resources$/, times: ALWAYS, respond });
  const failed = await destroy('demo');
  expect(failed).toMatchObject({ state: 'Failed', problem: { code: 'AZURE_FORBIDDEN' } });
  expect(plane.azure.inventory()).toEqual(before);
});

test('an answer that the group does not exist harms no kept data while other answers show it', async () => {
  plane = await startPlane();
  await plane.provision('demo', request);
  const error = {
    code: 'ResourceGroupNotFound',
    message: "Resource group 'demo-resources' could not be found.",
  };
  const respond = { status: 404, body: { error } };
  plane.faults.add({ target: 'arm', method: 'GET', path: /demo-resources$/, times: ALWAYS, respond });
  const { receipt } = await destroy('demo', '?keepData=true');
  const left = plane.azure.inventory().filter((id) => !id.endsWith('/blobServices/default'));
  expect(left).toContainEqual(expect.stringMatching(/storageAccounts\/demost\w+$/));
  expect(receipt?.kept.toSorted()).toEqual(left.toSorted());
});
