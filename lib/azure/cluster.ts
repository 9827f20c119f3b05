import type { ManagedCluster } from '@azure/arm-containerservice';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput, StepInputs } from '../domain/plan.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { ensureFederation } from './identities.ts';
import { attempt, reconcile } from './reconcile.ts';
import { ensureRole, resourceId } from './roles.ts';

/** The Entra application that AKS's API servers are; tokens for a cluster are issued for it. */
const AKS_SERVER_APPLICATION = '6dae42f8-4368-4678-94ff-3960e28e3630';

/** Makes the cluster, or changes it where it differs from what is wanted. */
export async function ensureCluster(
  clients: AzureClients,
  input: ClusterInput,
  resume?: string,
): Promise<Outcome> {
  const { resourceGroup, cluster } = input;
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { managedClusters } = client;
  const desired = desiredCluster(input);
  const outcome = await reconcile<ManagedCluster>(
    {
      title: `AKS cluster ${cluster}`,
      pollEvery: 10,
      get: () => managedClusters.get(resourceGroup, cluster),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: (found) => isCurrent(found, input),
      submit: () => ({ poller: managedClusters.createOrUpdate(resourceGroup, cluster, desired) }),
      restore: (serialized) => ({
        poller: restorePoller(client, serialized, managedClusters.createOrUpdate),
      }),
    },
    resume,
  );
  return outcome.state === 'ready' ? done : outcome;
}

function desiredCluster({ cluster, location, size, access, tags }: ClusterInput): ManagedCluster {
  return {
    location,
    tags,
    sku: { name: 'Base', tier: 'Free' },
    identity: { type: 'SystemAssigned' },
    dnsPrefix: cluster,
    ...(size.kubernetesVersion !== undefined && { kubernetesVersion: size.kubernetesVersion }),
    enableRbac: true,
    disableLocalAccounts: true,
    aadProfile: { managed: true, enableAzureRbac: true },
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    networkProfile: {
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      networkPolicy: 'cilium',
      networkDataplane: 'cilium',
    },
    agentPoolProfiles: [
      {
        name: 'system',
        mode: 'System',
        osType: 'Linux',
        type: 'VirtualMachineScaleSets',
        vmSize: size.nodeSize,
        enableAutoScaling: true,
        count: size.minNodes,
        minCount: size.minNodes,
        maxCount: size.maxNodes,
      },
      ...(size.gpu === undefined
        ? []
        : [
            {
              name: 'gpu',
              mode: 'User',
              osType: 'Linux' as const,
              type: 'VirtualMachineScaleSets' as const,
              vmSize: size.gpu.nodeSize,
              enableAutoScaling: true,
              count: 0,
              minCount: 0,
              maxCount: size.gpu.maxNodes,
              nodeTaints: ['sku=gpu:NoSchedule'],
              nodeLabels: { 'matcha.dev/pool': 'gpu' },
              ...(size.gpu.spot && {
                scaleSetPriority: 'Spot' as const,
                scaleSetEvictionPolicy: 'Delete' as const,
                spotMaxPrice: -1,
              }),
            },
          ]),
    ],
    ...(access.kind === 'public' && {
      ingressProfile: {
        gatewayAPI: { installation: 'Standard' as const },
        webAppRouting: {
          enabled: true,
          gatewayAPIImplementations: { appRoutingIstio: { mode: 'Enabled' as const } },
        },
      },
    }),
  };
}

const isCurrent = (found: ManagedCluster, { size, access }: ClusterInput): boolean => {
  const pool = (name: string) => found.agentPoolProfiles?.find((profile) => profile.name === name);
  const system = pool('system');
  return (
    system?.minCount === size.minNodes &&
    system.maxCount === size.maxNodes &&
    system.vmSize === size.nodeSize &&
    pool('gpu')?.vmSize === size.gpu?.nodeSize &&
    (found.ingressProfile?.webAppRouting?.enabled === true) === (access.kind === 'public')
  );
};

/**
 * Lets the control plane into the cluster, the cluster pull from the registry, and the components' pods act
 * as their identities.
 */
export const ensureClusterAccess = (
  clients: AzureClients,
  options: AzureOptions,
  { resourceGroup, cluster, registry, federations }: StepInputs['ensureClusterAccess'],
): Promise<Outcome> =>
  attempt('Cluster access', async () => {
    const { managedClusters } = await clients.clusters();
    const { id = '', oidcIssuerProfile, identityProfile } = await managedClusters.get(resourceGroup, cluster);
    const issuer = oidcIssuerProfile?.issuerURL;
    const kubelet = identityProfile?.['kubeletidentity']?.objectId;
    if (issuer === undefined || kubelet === undefined)
      return pending('Azure has not named the identity of its nodes', 10);
    const { principalId } = options;
    await ensureRole(clients, options, {
      scope: id,
      role: 'Azure Kubernetes Service RBAC Cluster Admin',
      principalId,
    });
    if (registry !== undefined) {
      const scope = resourceId(options, resourceGroup, 'Microsoft.ContainerRegistry/registries', registry);
      await ensureRole(clients, options, { scope, role: 'AcrPull', principalId: kubelet });
    }
    // One after the other: Azure refuses two writes to one identity at a time.
    for (const federation of federations) await ensureFederation(clients, resourceGroup, federation, issuer);
    return done;
  });

/** The kubeconfig of the cluster; only the address and certificate in it are of use without `kubelogin`. */
export async function kubeconfig(
  clients: AzureClients,
  resourceGroup: string,
  cluster: string,
): Promise<string> {
  const { managedClusters } = await clients.clusters();
  const { kubeconfigs = [] } = await managedClusters.listClusterUserCredentials(resourceGroup, cluster, {
    format: 'exec',
  });
  return Buffer.from(kubeconfigs[0]?.value ?? new Uint8Array()).toString('utf8');
}

/** A fresh token for the API server of any of our clusters. The credential caches it until shortly before it ends. */
export async function clusterToken({ credential }: AzureOptions): Promise<string> {
  const token = await credential.getToken(`${AKS_SERVER_APPLICATION}/.default`);
  if (token === null) throw new Error('The credential gives no token for AKS.');
  return token.token;
}
