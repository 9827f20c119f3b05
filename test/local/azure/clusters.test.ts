import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restorePoller } from '@azure/arm-containerservice';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { createClock, sleep } from '../../../local/clock.ts';
import { openDocumentStore } from '../../../local/document-store.ts';
import { cluster, finish, KEY, LOCATION, start, startWithCluster, startWithGroup } from './harness.ts';

test('a cluster is created by a long-running operation with the properties that AKS sets', async () => {
  const { aks, clock, backend, groups } = await startWithGroup({ speed: 500 });
  const startedAt = clock.now();
  const poller = aks.managedClusters.createOrUpdate(
    'demo-resources',
    'demo-k8s',
    cluster({ tags: { stack: 'demo' } }),
  );
  await poller.submitted();
  expect((await aks.managedClusters.get('demo-resources', 'demo-k8s')).provisioningState).toBe('Creating');
  expect([...backend.clusters.keys()]).toEqual([]);

  const created = await finish(clock, poller);
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(270_000);
  expect(created).toMatchObject({
    provisioningState: 'Succeeded',
    powerState: { code: 'Running' },
    nodeResourceGroup: 'MC_demo-resources_demo-k8s_uksouth',
    currentKubernetesVersion: '1.35.4',
  });
  expect(created?.oidcIssuerProfile?.issuerURL).toMatch(/^https:\/\/uksouth\.oic\.prod-aks\.azure\.com\//);
  expect(created?.identityProfile?.['kubeletidentity']?.objectId).toMatch(/^[0-9a-f-]{36}$/);
  expect([...backend.clusters.keys()]).toEqual([KEY]);
  const nodeGroup = await groups.resourceGroups.get('MC_demo-resources_demo-k8s_uksouth');
  expect(nodeGroup.tags).toMatchObject({ stack: 'demo', 'aks-managed-cluster-name': 'demo-k8s' });
});

test('a serialized poller finds the result of an operation after a restart', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'azure-')), 'documents.sqlite');
  const documents = openDocumentStore(file);
  const clock = createClock(2000);
  const before = await startWithGroup({ documents, clock });
  const poller = before.aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster());
  await poller.submitted();
  const serialized = await poller.serialize();
  await before.azure.close();
  documents.close();
  await sleep(clock, 300_000);
  expect([...before.backend.clusters.keys()]).toEqual([]);

  const after = await start({ documents: openDocumentStore(file), clock });
  expect([...after.backend.clusters.keys()]).toEqual([KEY]);
  const restored = restorePoller(after.aks, serialized, after.aks.managedClusters.createOrUpdate);
  await restored.poll();
  expect(restored.isDone).toBe(true);
  expect(restored.result?.provisioningState).toBe('Succeeded');
});

test('an operation ends on time after a restart without a request', async () => {
  const documents = openDocumentStore();
  const clock = createClock(500);
  const before = await startWithGroup({ documents, clock });
  await before.aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster()).submitted();
  await before.azure.close();
  const after = await start({ documents, clock });
  expect(after.backend.clusters.size).toBe(0);
  await sleep(clock, 280_000);
  expect([...after.backend.clusters.keys()]).toEqual([KEY]);
});

test('a second operation is rejected while one is in progress', async () => {
  const { aks } = await startWithGroup({ speed: 200 });
  await aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster()).submitted();
  const rejected = { statusCode: 409, code: 'OperationNotAllowed' };
  await expect(
    aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster()),
  ).rejects.toMatchObject(rejected);
  await expect(aks.managedClusters.stop('demo-resources', 'demo-k8s')).rejects.toMatchObject(rejected);
  await expect(aks.managedClusters.delete('demo-resources', 'demo-k8s')).rejects.toMatchObject(rejected);
});

test.each([
  ['no identity', { identity: undefined }, 'InvalidParameter', 'servicePrincipalProfile'],
  ['no DNS prefix', { dnsPrefix: undefined }, 'InvalidParameter', 'dnsPrefix'],
  ['no pools', { agentPoolProfiles: [] }, 'InvalidParameter', 'agentPoolProfiles'],
  [
    'no system pool',
    { agentPoolProfiles: [{ name: 'user', mode: 'User', vmSize: 'Standard_D4s_v5' }] },
    'BadRequest',
    'at least one system pool',
  ],
  [
    'a bad pool name',
    { agentPoolProfiles: [{ name: 'My-Pool', mode: 'System', vmSize: 'Standard_D4s_v5' }] },
    'InvalidParameter',
    'agentPoolProfile.name',
  ],
  [
    'an unknown VM size',
    { agentPoolProfiles: [{ name: 'system', mode: 'System', vmSize: 'Standard_D5' }] },
    'BadRequest',
    'The VM size of Standard_D5 is not allowed',
  ],
  [
    'a count outside its bounds',
    {
      agentPoolProfiles: [
        {
          name: 'system',
          mode: 'System',
          vmSize: 'Standard_D4s_v5',
          count: 5,
          enableAutoScaling: true,
          minCount: 1,
          maxCount: 3,
        },
      ],
    },
    'InvalidParameter',
    'between minCount and maxCount',
  ],
  [
    'an old Kubernetes',
    { kubernetesVersion: '1.27' },
    'K8sVersionNotSupported',
    'is on version 1.27 which is not supported',
  ],
  [
    'an unknown region',
    { location: 'atlantis' },
    'LocationNotAvailableForResourceType',
    "The provided location 'atlantis'",
  ],
])('a cluster with %s is rejected', async (_, changes, code, message) => {
  const { aks } = await startWithGroup();
  const wanted = cluster(changes as Parameters<typeof cluster>[0]);
  const attempt = aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', wanted);
  await expect(attempt).rejects.toMatchObject({
    statusCode: 400,
    code,
    message: expect.stringContaining(message) as string,
  });
  await expect(aks.managedClusters.get('demo-resources', 'demo-k8s')).rejects.toMatchObject({
    statusCode: 404,
  });
});

test('running clusters use the quota of their VM family', async () => {
  const { aks, azure } = await startWithCluster({
    settings: { vCpuQuota: { uksouth: { standardDSv5Family: 6 } } },
  });
  const second = () =>
    aks.managedClusters.createOrUpdate('demo-resources', 'second', cluster({ dnsPrefix: 'second' }));
  await expect(second()).rejects.toMatchObject({
    statusCode: 400,
    code: 'ErrCode_InsufficientVCPUQuota',
    message: expect.stringContaining(
      'Insufficient vcpu quota requested 4, remaining 2 for family StandardDSv5Family for region uksouth.',
    ) as string,
  });
  azure.setQuota('uksouth', 'standardDSv5Family', 8);
  await second().submitted();
  azure.setQuota('uksouth', 'cores', 8);
  await expect(
    aks.managedClusters.createOrUpdate('demo-resources', 'third', cluster({ dnsPrefix: 'third' })),
  ).rejects.toMatchObject({ message: expect.stringContaining('left regional vcpu quota 0') as string });
});

test('a stopped cluster uses no quota and cannot be updated', async () => {
  const { aks, azure, clock, backend } = await startWithCluster();
  await finish(clock, aks.managedClusters.stop('demo-resources', 'demo-k8s'));
  const stopped = await aks.managedClusters.get('demo-resources', 'demo-k8s');
  expect(stopped).toMatchObject({ provisioningState: 'Succeeded', powerState: { code: 'Stopped' } });
  expect(backend.clusters.get(KEY)).toBe('stopped');
  const rejected = { statusCode: 409, code: 'OperationNotAllowed' };
  await expect(aks.managedClusters.stop('demo-resources', 'demo-k8s')).rejects.toMatchObject(rejected);
  await expect(
    aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster()),
  ).rejects.toMatchObject(rejected);

  azure.setQuota('uksouth', 'standardDSv5Family', 0);
  await expect(aks.managedClusters.start('demo-resources', 'demo-k8s')).rejects.toMatchObject({
    code: 'ErrCode_InsufficientVCPUQuota',
  });
  azure.setQuota('uksouth', 'standardDSv5Family', 4);
  await finish(clock, aks.managedClusters.start('demo-resources', 'demo-k8s'));
  expect(backend.clusters.get(KEY)).toBe('running');
});

test('a failed creation reports its error code and can be repeated', async () => {
  const { aks, azure, clock, backend } = await startWithGroup();
  azure.injectFault({
    resource: /managedclusters\/demo-k8s$/,
    failure: { code: 'AllocationFailed', message: 'Allocation failed. We do not have sufficient capacity.' },
  });
  const create = () => aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster());
  await expect(finish(clock, create())).rejects.toThrow('AllocationFailed. Allocation failed.');
  expect((await aks.managedClusters.get('demo-resources', 'demo-k8s')).provisioningState).toBe('Failed');
  expect(backend.clusters.size).toBe(0);
  await finish(clock, create());
  expect(backend.clusters.size).toBe(1);
});

test('deleting a cluster removes its node resource group', async () => {
  const { aks, azure, clock, backend } = await startWithCluster();
  await finish(clock, aks.managedClusters.delete('demo-resources', 'demo-k8s'));
  expect(azure.inventory()).toEqual([`/subscriptions/${azure.subscriptionId}/resourceGroups/demo-resources`]);
  expect(backend.clusters.size).toBe(0);
  await finish(clock, aks.managedClusters.delete('demo-resources', 'demo-k8s'));
});

test('the user kubeconfig runs kubelogin, and the admin kubeconfig is not available without local accounts', async () => {
  const { aks } = await startWithCluster();
  const { kubeconfigs } = await aks.managedClusters.listClusterUserCredentials('demo-resources', 'demo-k8s');
  const kubeconfig = parse(Buffer.from(kubeconfigs?.[0]?.value ?? []).toString()) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: { exec: { command: string } } }[];
  };
  expect(kubeconfig.clusters[0]?.cluster['server']).toBe(`https://127.0.0.1/${KEY}`);
  expect(
    Buffer.from(kubeconfig.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64').toString(),
  ).toBe('the CA');
  expect(kubeconfig.users[0]?.user.exec.command).toBe('kubelogin');
  await expect(
    aks.managedClusters.listClusterAdminCredentials('demo-resources', 'demo-k8s'),
  ).rejects.toMatchObject({
    statusCode: 400,
    code: 'BadRequest',
  });
});

test('a cluster can be created with a listed Kubernetes version', async () => {
  const { aks } = await startWithGroup();
  const { values = [] } = await aks.managedClusters.listKubernetesVersions(LOCATION);
  expect(values.map(({ version }) => version)).toEqual(['1.33', '1.34', '1.35', '1.36', '1.37']);
  expect(values.filter(({ isPreview }) => isPreview).map(({ version }) => version)).toEqual(['1.37']);
  const patch = Object.keys(values[0]?.patchVersions ?? {})[0] ?? '';
  const poller = aks.managedClusters.createOrUpdate(
    'demo-resources',
    'demo-k8s',
    cluster({ kubernetesVersion: patch }),
  );
  await poller.submitted();
  expect((await aks.managedClusters.get('demo-resources', 'demo-k8s')).currentKubernetesVersion).toBe(patch);
});
