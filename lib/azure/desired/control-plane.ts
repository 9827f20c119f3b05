import type { ManagedCluster } from '@azure/arm-containerservice';
import type { MergePatch } from '../../domain/merge-patch.ts';
import type { ClusterInput } from '../../domain/plan.ts';
import { creationProfile, withinBounds, type Pool } from './pool.ts';
import type { Defaults } from './normal-form.ts';

/**
 * Gateways of the Gateway API. NGINX, which the add-on installs by default, is off: Microsoft no longer
 * maintains it.
 */
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

/** The desired control plane without pools and version, which AKS changes in separate operations. */
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

/** Properties of a new cluster that cannot change later. */
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
 * The body of a PUT that changes nothing. A PUT replaces the whole cluster, so the body includes everything
 * that exists, pools too: AKS neither adds nor removes pools in a PUT of the cluster.
 */
export const unchangedBody = (found: ManagedCluster): ManagedCluster => ({
  ...found,
  agentPoolProfiles: (found.agentPoolProfiles ?? []).map(withinBounds),
});
