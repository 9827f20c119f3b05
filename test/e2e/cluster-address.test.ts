import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createKubernetes } from '../../lib/kubernetes/index.ts';
import { createStore } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import { AKS_AUDIENCE } from '../../local/azure/index.ts';
import { arm } from '../helpers/azure.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const CREDENTIALS = /listClusterUserCredential/i;
const CLUSTER =
  '/resourceGroups/demo-resources/providers/Microsoft.ContainerService/managedClusters/demo-k8s';

let plane: TestPlane;
let asked = 0;

beforeAll(async () => {
  plane = await startPlane({
    trace: ({ target, url }) => {
      if (target === 'arm' && CREDENTIALS.test(url)) asked += 1;
    },
  });
});
afterEach(() => {
  asked = 0;
});
afterAll(() => plane.close());

const reveal = () => plane.api('GET', '/stacks/demo/outputs?reveal=true');

test('a provision asks Azure for the address of its cluster at most three times', async () => {
  const operation = await plane.provision('demo', { location: 'uksouth', preset: 'llm' });
  expect(operation.state).toBe('Succeeded');
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(3);
});

test('another process uses the recorded address', async () => {
  const { tables, tableName } = plane.settings;
  const token = await plane.azure.credential.getToken(`${AKS_AUDIENCE}/.default`);
  const kubernetes = createKubernetes({
    kubeconfig: () => Promise.reject(new Error('The address is recorded.')),
    token: () => Promise.resolve(token?.token ?? ''),
    addresses: createStore(openTable(tables, tableName, plane.azure.credential)).addresses,
  });
  const opened = await kubernetes.open('demo-resources', 'demo-k8s');
  if (opened.state !== 'ready') throw new Error(JSON.stringify(opened));
  expect(await opened.value.reachable('Cluster')).toMatchObject({ state: 'ready' });
});

test('a wake finds the new address of the cluster', async () => {
  for (const path of ['hibernate', 'wake']) {
    const { body } = await plane.api('POST', `/stacks/demo/${path}`);
    expect(await plane.ended((body as { id: string }).id)).toMatchObject({ state: 'Succeeded' });
  }
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(3);
  expect(await reveal()).toMatchObject({ status: 200 });
  // A verification would find the next address.
  await plane.settled('demo');
});

test('after others restarted the cluster, its new address is found without an operation', async () => {
  for (const action of ['stop', 'start']) {
    await arm(plane.azure, 'POST', `${CLUSTER}/${action}?api-version=2025-10-01`);
    await expect
      .poll(() => arm(plane.azure, 'GET', `${CLUSTER}?api-version=2025-10-01`), { timeout: 30_000 })
      .toMatchObject({ properties: { provisioningState: 'Succeeded' } });
  }
  expect(await reveal()).toMatchObject({ status: 502, body: { code: 'CLUSTER_UNREACHABLE' } });
  expect(asked).toBe(0);
  await expect.poll(reveal, { timeout: 30_000 }).toMatchObject({ status: 200 });
  expect(asked).toBe(1);
});
