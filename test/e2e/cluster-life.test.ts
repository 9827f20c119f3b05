import { ContainerServiceClient } from '@azure/arm-containerservice';
import type { ManagedCluster } from '@azure/arm-containerservice';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { Exchange } from '../../local/trace.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let aks: ContainerServiceClient;
const exchanges: Exchange[] = [];

beforeAll(async () => {
  plane = await startPlane({ trace: (exchange) => void exchanges.push(exchange) });
  const { credential, subscriptionId, httpClient } = plane.azure;
  aks = new ContainerServiceClient(credential, subscriptionId, { httpClient });
});
afterAll(() => plane.close());

const GPU = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2 };
const request = (cluster: object = {}, more: object = {}) => ({
  location: 'uksouth',
  components: ['mlflow'],
  cluster,
  ...more,
});

const clusterOf = (stack: string): Promise<ManagedCluster> =>
  aks.managedClusters.get(`${stack}-resources`, `${stack}-k8s`);
const poolsOf = async (stack: string) => (await clusterOf(stack)).agentPoolProfiles ?? [];

/** The writes to the cluster of a stack since `from`, as method and last path segment. */
const written = (stack: string, from: number): string[] =>
  exchanges
    .slice(from)
    .filter(({ target, method, status }) => target === 'arm' && method !== 'GET' && status < 300)
    .map(({ method, url }) => ({ method, path: new URL(url).pathname }))
    .filter(({ path }) => path.includes(`/${stack}-k8s`) && !/listCluster|roleAssignments/i.test(path))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1) ?? ''}`);

const post = async (path: string): Promise<OperationView> => {
  const { status, body } = await plane.api('POST', path);
  if (status !== 202) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return plane.ended((body as OperationView).id);
};

test.concurrent('a new cluster has the newest tested Kubernetes version and keeps it', async () => {
  expect((await plane.provision('version', request())).state).toBe('Succeeded');
  expect((await clusterOf('version')).currentKubernetesVersion).toBe('1.36.1');
  expect((await plane.provision('older', request({ kubernetesVersion: '1.35' }))).state).toBe('Succeeded');
  expect((await clusterOf('older')).currentKubernetesVersion).toBe('1.35.4');
  expect((await plane.provision('older', request({ maxNodes: 4 }))).state).toBe('Succeeded');
  expect((await clusterOf('older')).currentKubernetesVersion).toBe('1.35.4');
});

test.concurrent('changes of the pools of a running cluster need one write each', async () => {
  const change = async (cluster: object, more: object = {}) => {
    const from = exchanges.length;
    const { status, body } = await plane.api('PUT', '/stacks/pools', request(cluster, more));
    if (status === 200) return written('pools', from);
    expect((await plane.stack('pools')).phase).toBe('Updating');
    const operation = await plane.ended((body as OperationView).id);
    expect(operation).toMatchObject({ state: 'Succeeded' });
    return written('pools', from);
  };
  await plane.provision('pools', request());
  expect(await poolsOf('pools')).toMatchObject([
    { name: 'sysd4sv5', mode: 'System', minCount: 1, maxCount: 3 },
  ]);
  expect(await change({})).toEqual([]);

  expect(await change({ gpu: GPU })).toEqual(['PUT gpunc4ast4v3']);
  const [, gpu] = await poolsOf('pools');
  expect(gpu).toMatchObject({
    name: 'gpunc4ast4v3',
    mode: 'User',
    vmSize: GPU.nodeSize,
    count: 0,
    minCount: 0,
    maxCount: 2,
    nodeTaints: ['sku=gpu:NoSchedule'],
    nodeLabels: { 'matcha.dev/pool': 'gpu' },
  });

  const before = await clusterOf('pools');
  expect(await change({ minNodes: 2, maxNodes: 5, gpu: GPU })).toEqual(['PUT sysd4sv5']);
  const after = await clusterOf('pools');
  const scaled = after.agentPoolProfiles?.find(({ name }) => name === 'sysd4sv5');
  const same = after.agentPoolProfiles?.find(({ name }) => name === 'gpunc4ast4v3');
  expect(scaled).toMatchObject({ ...before.agentPoolProfiles?.[0], minCount: 2, maxCount: 5, count: 2 });
  expect(same).toEqual(gpu);
  expect({ ...after, agentPoolProfiles: [] }).toEqual({ ...before, agentPoolProfiles: [] });

  const spot = { ...GPU, spot: true };
  expect(await change({ minNodes: 2, maxNodes: 5, gpu: spot })).toHaveLength(2);
  expect((await poolsOf('pools')).find(({ mode }) => mode === 'User')).toMatchObject({
    scaleSetPriority: 'Spot',
    vmSize: GPU.nodeSize,
  });
  expect(await change({ minNodes: 2, maxNodes: 5, gpu: null })).toHaveLength(1);
  expect((await poolsOf('pools')).map(({ name }) => name)).toEqual(['sysd4sv5']);

  expect(await change({ nodeSize: 'Standard_D8s_v5' })).toEqual(['PUT sysd8sv5', 'DELETE sysd4sv5']);
  expect(await poolsOf('pools')).toMatchObject([
    { name: 'sysd8sv5', mode: 'System', vmSize: 'Standard_D8s_v5' },
  ]);
});

test.concurrent('a foreign pool is kept', async () => {
  await plane.provision('guest', request());
  const theirs = { vmSize: 'Standard_D2s_v5', count: 1, mode: 'User' };
  await aks.agentPools.createOrUpdate('guest-resources', 'guest-k8s', 'theirs', theirs).submitted();
  await plane.provision('guest', request({ nodeSize: 'Standard_D8s_v5' }));
  expect((await poolsOf('guest')).map(({ name }) => name)).toEqual(['theirs', 'sysd8sv5']);
});

test.concurrent('changing access to public and back keeps the other properties of the cluster', async () => {
  const mode = async () =>
    (await clusterOf('open')).ingressProfile?.webAppRouting?.gatewayAPIImplementations?.appRoutingIstio?.mode;
  await plane.provision('open', request({ gpu: GPU }));
  const before = await clusterOf('open');
  expect(await mode()).toBeUndefined();
  const access = { kind: 'public', allowFrom: ['203.0.113.0/24'] };
  await plane.provision('open', request({ gpu: GPU }, { access }));
  expect(await mode()).toBe('Enabled');
  const from = exchanges.length;
  await plane.provision('open', request({ gpu: GPU }, { access: { kind: 'private' } }));
  expect(await mode()).toBe('Disabled');
  expect(written('open', from)).toEqual(['PUT open-k8s']);
  const { ingressProfile: _, tags: __, ...after } = await clusterOf('open');
  expect(before).toMatchObject(after);
});

test.concurrent(
  'another node size recreates a cluster after a failed creation, but not after a failed update',
  async () => {
    const failure = { code: 'AllocationFailed', message: 'Allocation failed. No capacity.' };
    plane.azure.injectFault({ resource: /managedclusters\/retry-k8s$/, verb: 'create', failure });
    expect((await plane.provision('retry', request())).problem?.code).toBe('CAPACITY_UNAVAILABLE');
    const from = exchanges.length;
    expect((await plane.provision('retry', request({ nodeSize: 'Standard_D4as_v5' }))).state).toBe(
      'Succeeded',
    );
    expect(written('retry', from)).toEqual(['DELETE retry-k8s', 'PUT retry-k8s']);
    expect(await poolsOf('retry')).toMatchObject([{ vmSize: 'Standard_D4as_v5' }]);

    plane.azure.injectFault({ resource: /managedclusters\/retry-k8s$/, verb: 'update', failure });
    const access = { kind: 'public', allowFrom: ['203.0.113.0/24'] };
    await plane.provision('retry', request({ nodeSize: 'Standard_D4as_v5' }, { access }));
    expect((await clusterOf('retry')).provisioningState).toBe('Failed');
    const again = exchanges.length;
    expect((await plane.provision('retry', request({ nodeSize: 'Standard_D4s_v5' }))).state).toBe(
      'Succeeded',
    );
    expect(written('retry', again).filter((write) => write === 'DELETE retry-k8s')).toEqual([]);
    expect(await poolsOf('retry')).toMatchObject([{ vmSize: 'Standard_D4s_v5' }]);
  },
);

test.concurrent('a hibernated stack wakes with all its objects', async () => {
  const run = matcha(plane.url);
  // Then there is something to reveal.
  await plane.provision('nap', request({}, { storage: { sharedKeyAccess: true } }));
  const from = exchanges.length;
  const hibernated = await run('hibernate', 'nap');
  expect(hibernated).toMatchObject({ code: 0 });
  expect(hibernated.stdout).toMatch(/nap hibernates/);
  expect(written('nap', from)).toEqual(['POST stop']);
  expect(await plane.stack('nap')).toMatchObject({ phase: 'Hibernated' });
  expect((await clusterOf('nap')).powerState?.code).toBe('Stopped');
  expect((await run('list')).stdout).toMatch(/nap .*Hibernated.*matcha wake nap/);

  const refused = { status: 409, body: { code: 'STACK_HIBERNATED' } };
  expect(await plane.api('PUT', '/stacks/nap', request())).toMatchObject(refused);
  expect(await plane.api('POST', '/stacks/nap/hibernate')).toMatchObject(refused);
  expect(await plane.api('GET', '/stacks/nap/outputs?reveal=true')).toMatchObject(refused);
  expect(await plane.api('GET', '/stacks/nap/outputs')).toMatchObject({ status: 200 });

  const woken = await run('wake', 'nap');
  expect(woken).toMatchObject({ code: 0 });
  expect(woken.stdout).toMatch(/nap is ready/);
  expect(await plane.stack('nap')).toMatchObject({ phase: 'Ready' });
  expect(written('nap', from)).toEqual(['POST stop', 'POST start']);
  const applied = exchanges
    .slice(from)
    .filter(({ method, url }) => method === 'PATCH' && /nap-k8s/.test(url));
  expect(applied).toEqual([]);
  expect(await plane.api('POST', '/stacks/nap/wake')).toMatchObject({
    status: 409,
    body: { code: 'NOT_HIBERNATED' },
  });
});

test.concurrent('hibernate and wake are idempotent', async () => {
  await plane.provision('twice', request());
  plane.faults.add({
    target: 'arm',
    method: 'POST',
    path: /twice-k8s\/st(op|art)$/,
    times: 2,
    loseResponse: true,
  });
  expect((await post('/stacks/twice/hibernate')).state).toBe('Succeeded');
  expect((await post('/stacks/twice/wake')).state).toBe('Succeeded');
  await aks.managedClusters.stop('twice-resources', 'twice-k8s').submitted();
  expect((await post('/stacks/twice/hibernate')).state).toBe('Succeeded');
  expect((await plane.stack('twice')).phase).toBe('Hibernated');
});

test.concurrent('a wake that fails for lack of capacity can be repeated', async () => {
  await plane.provision('scarce', request());
  await post('/stacks/scarce/hibernate');
  const failure = { code: 'AllocationFailed', message: 'Allocation failed. No capacity.' };
  plane.azure.injectFault({ resource: /managedclusters\/scarce-k8s$/, verb: 'start', failure });
  const failed = await post('/stacks/scarce/wake');
  expect(failed).toMatchObject({ state: 'Failed', problem: { code: 'CAPACITY_UNAVAILABLE' } });
  expect(failed.problem?.remedies).toMatchObject([{ action: 'repeatOperation' }]);
  expect((await plane.stack('scarce')).phase).toBe('Failed');
  expect((await post('/stacks/scarce/wake')).state).toBe('Succeeded');
  expect((await plane.stack('scarce')).phase).toBe('Ready');
});

test.concurrent('hibernate requires a provisioned stack with a cluster', async () => {
  await plane.provision('gone', request());
  const { body } = await plane.api('DELETE', '/stacks/gone');
  expect(await plane.api('POST', '/stacks/gone/hibernate')).toMatchObject({
    status: 409,
    body: { code: 'OPERATION_IN_PROGRESS' },
  });
  await plane.ended((body as OperationView).id);
  expect(await plane.api('POST', '/stacks/gone/hibernate')).toMatchObject({
    status: 409,
    body: { code: 'STACK_NOT_PROVISIONED' },
  });
  await plane.provision('gone', request());
  await aks.managedClusters.delete('gone-resources', 'gone-k8s').submitted();
  expect((await post('/stacks/gone/hibernate')).problem).toMatchObject({
    code: 'RESOURCE_GONE',
    message: 'AKS cluster gone-k8s does not exist.',
  });
});

test.concurrent('a hibernated stack can be destroyed', async () => {
  await plane.provision('asleep', request());
  await post('/stacks/asleep/hibernate');
  const { body } = await plane.api('DELETE', '/stacks/asleep');
  const destroyed = await plane.ended((body as OperationView).id);
  expect(destroyed).toMatchObject({ state: 'Succeeded', receipt: { left: [] } });
});

test.concurrent('provision starts a stopped cluster', async () => {
  await plane.provision('halted', request());
  await aks.managedClusters.stop('halted-resources', 'halted-k8s').submitted();
  expect((await plane.provision('halted', request())).state).toBe('Succeeded');
  expect((await clusterOf('halted')).powerState?.code).toBe('Running');
});
