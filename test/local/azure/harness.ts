import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ContainerRegistryManagementClient } from '@azure/arm-containerregistry';
import { ContainerServiceClient } from '@azure/arm-containerservice';
import type { ManagedCluster } from '@azure/arm-containerservice';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceManagementClient } from '@azure/arm-resources';
import { StorageManagementClient } from '@azure/arm-storage';
import type { StorageAccountCreateParameters } from '@azure/arm-storage';
import { onTestFinished } from 'vitest';
import { startAzure } from '../../../local/azure/index.ts';
import type { AzureOptions, SimulatedAzure } from '../../../local/azure/index.ts';
import { createClock, sleep } from '../../../local/clock.ts';
import type { Clock } from '../../../local/clock.ts';
import { openDocumentStore } from '../../../local/document-store.ts';

export const LOCATION = 'uksouth';

/** A cluster backend that only records the power state of clusters. */
export function createClusterBackend() {
  const clusters = new Map<string, 'running' | 'stopped'>();
  return {
    clusters,
    create: (id: string) => void clusters.set(id, 'running'),
    stop: (id: string) => void clusters.set(id, 'stopped'),
    start: (id: string) => void clusters.set(id, 'running'),
    delete: (id: string) => void clusters.delete(id),
    endpoint: (id: string) => ({ server: `https://127.0.0.1/${id}`, certificateAuthority: 'the CA' }),
  };
}

const clientsOf = ({ credential, subscriptionId, httpClient }: SimulatedAzure) => {
  const options = { httpClient, retryOptions: { maxRetries: 0 } };
  return {
    aks: new ContainerServiceClient(credential, subscriptionId, options),
    storage: new StorageManagementClient(credential, subscriptionId, options),
    groups: new ResourceManagementClient(credential, subscriptionId, options),
    registries: new ContainerRegistryManagementClient(credential, subscriptionId, options),
    identities: new ManagedServiceIdentityClient(credential, subscriptionId, options),
    roles: new AuthorizationManagementClient(credential, subscriptionId, options),
  };
};

/**
 * Starts a simulated Azure with real SDK clients, and closes it at the end of the test. Tests that check an operation
 * in progress use a lower speed, so that they do not depend on the speed of the machine.
 */
export async function start(options: Partial<AzureOptions> & { speed?: number } = {}) {
  const backend = createClusterBackend();
  const clock = options.clock ?? createClock(options.speed ?? 2000);
  const azure = await startAzure({ documents: openDocumentStore(), clusters: backend, ...options, clock });
  onTestFinished(() => azure.close());
  return { azure, clock, backend, ...clientsOf(azure) };
}

/** A poller that the test polls itself, because the poller would wait in real time. */
interface ManualPoller<Result> {
  isDone: boolean;
  result?: Result | undefined;
  poll(): Promise<unknown>;
}

/** Polls every ten simulated seconds until the operation has ended. */
export async function finish<Result>(
  clock: Clock,
  poller: ManualPoller<Result> & { submitted?: () => Promise<void> },
): Promise<Result | undefined> {
  await poller.submitted?.();
  while (!poller.isDone) {
    await sleep(clock, 10_000);
    await poller.poll();
  }
  return poller.result;
}

export const cluster = (changes: Partial<ManagedCluster> = {}): ManagedCluster => ({
  location: LOCATION,
  dnsPrefix: 'demo',
  identity: { type: 'SystemAssigned' },
  sku: { name: 'Base', tier: 'Free' },
  agentPoolProfiles: [
    {
      name: 'system',
      mode: 'System',
      vmSize: 'Standard_D4s_v5',
      count: 1,
      enableAutoScaling: true,
      minCount: 1,
      maxCount: 3,
    },
  ],
  aadProfile: { managed: true, enableAzureRbac: true },
  disableLocalAccounts: true,
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  ...changes,
});

export const account = (): StorageAccountCreateParameters => ({
  location: LOCATION,
  kind: 'StorageV2',
  sku: { name: 'Standard_LRS' },
  allowBlobPublicAccess: false,
  minimumTlsVersion: 'TLS1_2',
});

export async function startWithGroup(options: Parameters<typeof start>[0] = {}) {
  const simulation = await start(options);
  await simulation.groups.resourceGroups.createOrUpdate('demo-resources', { location: LOCATION });
  return simulation;
}

export const KEY =
  '/subscriptions/5a1ad000-0000-4000-8000-000000000001/resourcegroups/demo-resources' +
  '/providers/microsoft.containerservice/managedclusters/demo-k8s';

export async function startWithCluster(options: Parameters<typeof start>[0] = {}) {
  const simulation = await startWithGroup(options);
  const created = await finish(
    simulation.clock,
    simulation.aks.managedClusters.createOrUpdate('demo-resources', 'demo-k8s', cluster()),
  );
  if (!created) throw new Error('The poller returned no cluster.');
  return { ...simulation, created };
}
