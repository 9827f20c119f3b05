import { ready, type Outcome } from '../domain/outcome.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import type { AzureClients } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { attempt } from './reconcile.ts';

/** A cluster as Azure has it, which may differ from what was asked for. */
export interface ClusterDescription {
  kubernetesVersion?: string;
  pools: PoolDescription[];
}

interface PoolDescription {
  name: string;
  nodeSize: string;
  /** The current number of nodes. */
  nodes: number;
  minNodes?: number;
  maxNodes?: number;
}

/** Reads the version and the node pools of a cluster. A cluster that does not exist has none. */
export const describeCluster = (
  clients: AzureClients,
  { resourceGroup, cluster }: { resourceGroup: string; cluster: string },
): Promise<Outcome<ClusterDescription>> =>
  attempt(clients, titleOf(KINDS.cluster, cluster), async () => {
    const { managedClusters } = await clients.clusters();
    const found = await managedClusters.get(resourceGroup, cluster).catch(undefinedIfAbsent);
    const { currentKubernetesVersion: version, agentPoolProfiles = [] } = found ?? {};
    const pools = agentPoolProfiles.map(({ name, vmSize = '', count = 0, minCount, maxCount }) => ({
      name,
      nodeSize: vmSize,
      nodes: count,
      ...(minCount !== undefined && { minNodes: minCount }),
      ...(maxCount !== undefined && { maxNodes: maxCount }),
    }));
    return ready({ ...(version !== undefined && { kubernetesVersion: version }), pools });
  });
