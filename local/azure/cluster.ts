import type { Azure, Json, Resource } from './arm.ts';
import { aksError } from './errors.ts';
import { change } from './resources.ts';

export const CLUSTER_TYPE = 'Microsoft.ContainerService/managedClusters';
export const POOL_TYPE = `${CLUSTER_TYPE}/agentPools`;

export const AKS_API_VERSIONS = ['2026-06-01', '2026-05-01', '2025-10-01'];

/** A pool as AKS stores it. Properties that this simulator does not interpret are kept. */
export interface AgentPool {
  name: string;
  count?: number;
  vmSize?: string;
  orchestratorVersion?: string;
  currentOrchestratorVersion?: string;
  mode?: string;
  enableAutoScaling?: boolean;
  minCount?: number;
  maxCount?: number;
  provisioningState?: string;
  powerState?: { code: string };
  [member: string]: unknown;
}

export interface ClusterProperties {
  provisioningState?: string;
  powerState?: { code: string };
  kubernetesVersion?: string;
  currentKubernetesVersion?: string;
  dnsPrefix?: string;
  fqdn?: string;
  nodeResourceGroup?: string;
  agentPoolProfiles?: AgentPool[];
  identityProfile?: { kubeletidentity: Json };
  oidcIssuerProfile?: { enabled?: boolean; issuerURL?: string };
  aadProfile?: { managed?: boolean; enableAzureRBAC?: boolean } & Json;
  disableLocalAccounts?: boolean;
  [member: string]: unknown;
}

export interface Cluster extends Resource<ClusterProperties> {
  location: string;
}

export const clusterAt = (azure: Azure, key: string) => azure.resources.get(key) as Cluster | undefined;

export const changeCluster = (azure: Azure, key: string, changed: (cluster: Cluster) => void) =>
  change(azure, key, (resource) => changed(resource as Cluster));

const TRANSIENT = ['Creating', 'Updating', 'Upgrading', 'Deleting', 'Stopping', 'Starting'];

/** Throws if an operation is in progress: AKS allows one at a time on a cluster. */
export function requireIdle({ properties }: Cluster): void {
  const state = properties.provisioningState ?? '';
  if (!TRANSIENT.includes(state)) return;
  throw aksError(
    409,
    'OperationNotAllowed',
    `Operation is not allowed: Another operation (${state}) is in progress, please wait for it to finish before ` +
      'starting a new operation. See https://aka.ms/aks-pending-operation for more details',
  );
}

/** Throws if the cluster has this power state. A stopped cluster can only be started or deleted. */
export function rejectPowerState({ properties }: Cluster, power: 'Running' | 'Stopped', doing: string): void {
  if (properties.powerState?.code !== power) return;
  throw aksError(
    409,
    'OperationNotAllowed',
    `managed cluster is in Provisioning State(${properties.provisioningState ?? ''}) and Power State(${power}), ` +
      `${doing} cannot be performed`,
  );
}
