import { expect, test } from 'vitest';
import { cluster, finish, KEY, startWithCluster } from './harness.ts';

test('a pool is created and deleted as a separate resource, and updates of the cluster keep it', async () => {
  const { aks, clock } = await startWithCluster();
  const gpu = { vmSize: 'Standard_NC4as_T4_v3', count: 0, enableAutoScaling: true, minCount: 0, maxCount: 1 };
  await finish(clock, aks.agentPools.createOrUpdate('demo-resources', 'demo-k8s', 'gpu', gpu));
  const pool = await aks.agentPools.get('demo-resources', 'demo-k8s', 'gpu');
  expect(pool).toMatchObject({ provisioningState: 'Succeeded', mode: 'User', maxCount: 1 });
  const names = async () =>
    (await aks.managedClusters.get('demo-resources', 'demo-k8s')).agentPoolProfiles?.map(({ name }) => name);
  expect(await names()).toEqual(['system', 'gpu']);

  await finish(
    clock,
    aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster({ tags: { a: 'b' } })),
  );
  expect(await names()).toEqual(['system', 'gpu']);
  await finish(clock, aks.agentPools.delete('demo-resources', 'demo-k8s', 'gpu'));
  expect(await names()).toEqual(['system']);
  await expect(aks.agentPools.delete('demo-resources', 'demo-k8s', 'system')).rejects.toMatchObject({
    statusCode: 400,
  });
});

test('a cluster is Running after a failed start, and an update repairs it', async () => {
  const { aks, azure, clock, backend } = await startWithCluster();
  await finish(clock, aks.managedClusters.stop('demo-resources', 'demo-k8s'));
  const failure = { code: 'AllocationFailed', message: 'Allocation failed.' };
  azure.injectFault({ resource: /managedclusters\/demo-k8s$/, verb: 'start', failure });
  const start = () => aks.managedClusters.start('demo-resources', 'demo-k8s');
  await expect(finish(clock, start())).rejects.toThrow('AllocationFailed');
  expect(await aks.managedClusters.get('demo-resources', 'demo-k8s')).toMatchObject({
    provisioningState: 'Failed',
    powerState: { code: 'Running' },
  });
  await expect(start()).rejects.toMatchObject({ code: 'OperationNotAllowed' });
  expect(backend.clusters.get(KEY)).toBe('stopped');
  await finish(clock, aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster()));
  expect(backend.clusters.get(KEY)).toBe('running');
});

test('a pool cannot be added with an update of the cluster, and its VM size is immutable', async () => {
  const { aks } = await startWithCluster();
  const pool = { name: 'more', mode: 'User', vmSize: 'Standard_D4s_v5', count: 1 };
  const { agentPoolProfiles = [] } = cluster();
  await expect(
    aks.managedClusters.createOrUpdate(
      'demo-resources',
      'demo-k8s',
      cluster({ agentPoolProfiles: [...agentPoolProfiles, pool] }),
    ),
  ).rejects.toMatchObject({ message: expect.stringContaining('A new agent pool was introduced.') as string });
  await expect(
    aks.agentPools.createOrUpdate('demo-resources', 'demo-k8s', 'system', { vmSize: 'Standard_D8s_v5' }),
  ).rejects.toMatchObject({ code: 'PropertyChangeNotAllowed' });
});
