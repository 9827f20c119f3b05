import type { ManagedCluster } from '@azure/arm-containerservice';
import { done, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput } from '../domain/plan.ts';
import { wasEntered } from './access.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { inTurn } from './in-turn.ts';
import {
  asItIs,
  ensurePool,
  hasPools,
  poolName,
  profileOf,
  removeLeftovers,
  wantedPools,
  type Pool,
} from './pools.ts';
import { isSound, reconcile } from './reconcile.ts';
import { withShortage, type Asked } from './shortage.ts';
import { chooseVersion } from './versions.ts';

/**
 * Makes the cluster, or changes it where it differs from what is wanted: first itself, then its pools, which
 * AKS changes one at a time. Its Kubernetes version is chosen once and then left alone. A lack of quota or
 * capacity is met as the spec says.
 */
export const ensureCluster = (
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  asked: Asked,
): Promise<Outcome> =>
  withShortage(clients, options, input, asked, async (nodeSize, resume) => {
    const pools = wantedPools({ ...input.size, nodeSize });
    const outcome = await inTurn(
      [
        { name: 'cluster', run: (at) => ensureControlPlane(clients, options, input, pools, at) },
        ...pools.map((pool) => ({
          name: poolName(pool),
          run: (at?: string) => ensurePool(clients, input, pool, at),
        })),
        { name: 'leftovers', run: (at) => removeLeftovers(clients, input, pools, at) },
      ],
      resume,
    );
    return outcome.state === 'ready' ? { ...done, detail: pools.map(sizeOf).join(', ') } : outcome;
  });

const sizeOf = ({ role, nodeSize, minCount, maxCount }: Pool): string =>
  `${role === 'gpu' ? 'GPU ' : ''}${minCount}-${maxCount} x ${nodeSize}`;

/** The cluster itself: there, running, and reachable as wanted. */
async function ensureControlPlane(
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  pools: readonly Pool[],
  resume?: string,
): Promise<Outcome<ManagedCluster>> {
  const { resourceGroup, cluster, location, access } = input;
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { managedClusters } = client;
  const stateOf = ({ provisioningState }: ManagedCluster) => provisioningState;

  /** The creation of such a cluster failed for what it was to be made of, so making it again cannot help. */
  const isOfNoUse = async (found: ManagedCluster) =>
    !isSound({ stateOf }, found) &&
    found.tags?.['matcha-stack'] === input.tags['matcha-stack'] &&
    !hasPools(found.agentPoolProfiles ?? [], pools) &&
    !(await wasEntered(clients, options, found.id ?? ''));

  return reconcile<ManagedCluster>(
    clients,
    {
      title: `AKS cluster ${cluster}`,
      pollEvery: 10,
      get: () => managedClusters.get(resourceGroup, cluster),
      stateOf,
      isCurrent: (found) => !isStopped(found) && isPublic(found) === (access.kind === 'public'),
      async submit(found) {
        if (found === undefined) {
          const version = input.size.kubernetesVersion ?? (await chooseVersion(clients, location));
          return {
            poller: managedClusters.createOrUpdate(resourceGroup, cluster, newCluster(input, pools, version)),
          };
        }
        if (isStopped(found))
          return { doing: 'Starting', poller: managedClusters.start(resourceGroup, cluster) };
        if (await isOfNoUse(found))
          return { doing: 'Deleting', poller: managedClusters.delete(resourceGroup, cluster) };
        return {
          poller: managedClusters.createOrUpdate(resourceGroup, cluster, changedCluster(found, input)),
        };
      },
      restore: (serialized) => ({
        poller: restorePoller(client, serialized, managedClusters.createOrUpdate),
      }),
    },
    resume,
  );
}

const isStopped = ({ powerState }: ManagedCluster): boolean => powerState?.code === 'Stopped';

const isPublic = ({ ingressProfile }: ManagedCluster): boolean =>
  ingressProfile?.webAppRouting?.gatewayAPIImplementations?.appRoutingIstio?.mode === 'Enabled';

/** Gateways by the Gateway API. The add-on would bring NGINX along, which Microsoft no longer maintains. */
const INGRESS = {
  public: {
    gatewayAPI: { installation: 'Standard' },
    webAppRouting: {
      enabled: true,
      nginx: { defaultIngressControllerType: 'None' },
      gatewayAPIImplementations: { appRoutingIstio: { mode: 'Enabled' } },
    },
  },
  private: {
    gatewayAPI: { installation: 'Disabled' },
    webAppRouting: {
      enabled: false,
      gatewayAPIImplementations: { appRoutingIstio: { mode: 'Disabled' } },
    },
  },
};

const newCluster = (
  { cluster, location, access, tags }: ClusterInput,
  pools: readonly Pool[],
  version: string | undefined,
): ManagedCluster => ({
  location,
  tags,
  sku: { name: 'Base', tier: 'Free' },
  identity: { type: 'SystemAssigned' },
  dnsPrefix: cluster,
  ...(version !== undefined && { kubernetesVersion: version }),
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
  agentPoolProfiles: pools.map(profileOf),
  ...(access.kind === 'public' && { ingressProfile: INGRESS.public }),
});

const changedCluster = (found: ManagedCluster, { access, tags }: ClusterInput): ManagedCluster => ({
  ...asItIs(found),
  tags: { ...found.tags, ...tags },
  ingressProfile: { ...found.ingressProfile, ...INGRESS[access.kind] },
});
