import { expect, test } from 'vitest';
import { finish, startWithCluster } from './harness.ts';

test('an upgrade is a long-running operation to the next minor version, and a downgrade is rejected', async () => {
  const { aks, clock } = await startWithCluster();
  const read = () => aks.managedClusters.get('demo-resources', 'demo-k8s');
  const put = async (kubernetesVersion: string) =>
    aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', {
      ...(await read()),
      kubernetesVersion,
    });
  const rejected = (message: RegExp) => ({
    statusCode: 400,
    code: 'OperationNotAllowed',
    message: expect.stringMatching(message) as string,
  });
  expect((await read()).currentKubernetesVersion).toBe('1.35.4');
  await expect(put('1.37')).rejects.toMatchObject(
    rejected(
      /Upgrading Kubernetes version 1\.35\.4 to 1\.37\.0 is not allowed\. Available upgrades: \[1\.36/,
    ),
  );
  await expect(put('1.34')).rejects.toMatchObject(rejected(/Downgrading Kubernetes version 1\.35\.4/));
  const { controlPlaneProfile } = await aks.managedClusters.getUpgradeProfile('demo-resources', 'demo-k8s');
  expect(controlPlaneProfile.upgrades?.map(({ kubernetesVersion }) => kubernetesVersion)).toEqual([
    '1.36.0',
    '1.36.1',
  ]);

  const body = { ...(await read()), kubernetesVersion: '1.36' };
  const poller = aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', body);
  await poller.submitted();
  expect(await read()).toMatchObject({
    provisioningState: 'Upgrading',
    currentKubernetesVersion: '1.35.4',
  });
  await finish(clock, poller);
  const upgraded = await read();
  expect(upgraded.currentKubernetesVersion).toBe('1.36.1');
  expect(upgraded.agentPoolProfiles?.[0]?.currentOrchestratorVersion).toBe('1.35.4');
});

test('a pool can be upgraded only after its control plane', async () => {
  const { aks, clock } = await startWithCluster();
  const cluster = await aks.managedClusters.get('demo-resources', 'demo-k8s');
  const name = cluster.agentPoolProfiles?.[0]?.name ?? '';
  const upgrade = async () => ({
    ...(await aks.agentPools.get('demo-resources', 'demo-k8s', name)),
    orchestratorVersion: '1.36',
  });
  await expect(
    aks.agentPools.createOrUpdate('demo-resources', 'demo-k8s', name, await upgrade()),
  ).rejects.toMatchObject({ statusCode: 400, code: 'NodePoolMcVersionIncompatible' });
  const newer = { ...cluster, kubernetesVersion: '1.36' };
  await finish(clock, aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', newer));
  await finish(clock, aks.agentPools.createOrUpdate('demo-resources', 'demo-k8s', name, await upgrade()));
  expect(await aks.agentPools.get('demo-resources', 'demo-k8s', name)).toMatchObject({
    provisioningState: 'Succeeded',
    currentOrchestratorVersion: '1.36.1',
  });
});
