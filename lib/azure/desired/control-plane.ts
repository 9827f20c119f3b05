import type { ManagedCluster } from '@azure/arm-containerservice';
import type { MergePatch } from '../../domain/merge-patch.ts';
import type { ClusterInput } from '../../domain/plan.ts';
import { creationProfile, withinBounds, type Pool } from './pool.ts';
import type { Defaults } from './normal-form.ts';

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

/** The cluster without its pools and its version, which AKS changes by operations of their own. */
export const desiredControlPlane = ({
  location,
  access,
  tags,
}: Pick<ClusterInput, 'location' | 'access' | 'tags'>): MergePatch<ManagedCluster> => ({
  location,
  tags,
  sku: { name: 'Base', tier: 'Free' },
  disableLocalAccounts: true,
  aadProfile: { managed: true, enableAzureRbac: true },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  ingressProfile: INGRESS[access.kind],
});

export const CONTROL_PLANE_DEFAULTS: Defaults<ManagedCluster> = {
  disableLocalAccounts: false,
  oidcIssuerProfile: { enabled: false },
  securityProfile: { workloadIdentity: { enabled: false } },
  ingressProfile: INGRESS.private,
};

/** What a cluster has for life, besides what is desired of every one. */
export const creationBody = (
  { cluster }: Pick<ClusterInput, 'cluster'>,
  pools: readonly Pool[],
  version: string | undefined,
): MergePatch<ManagedCluster> => ({
  identity: { type: 'SystemAssigned' },
  dnsPrefix: cluster,
  ...(version !== undefined && { kubernetesVersion: version }),
  enableRbac: true,
  networkProfile: {
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    networkPolicy: 'cilium',
    networkDataplane: 'cilium',
  },
  agentPoolProfiles: pools.map(creationProfile),
});

/**
 * The cluster as a PUT may send it back. A PUT replaces the whole cluster, so it takes along everything that
 * is there, the pools included: through the cluster AKS adds none and removes none.
 */
export const unchangedBody = (found: ManagedCluster): ManagedCluster => ({
  ...found,
  agentPoolProfiles: (found.agentPoolProfiles ?? []).map(withinBounds),
});
