import { NO_FENCE, type Fence } from '../domain/fence.ts';
import { ready, type Outcome } from '../domain/outcome.ts';
import { RETRIES, tryAgain } from '../domain/retry.ts';
import { createCluster, type Cluster } from './cluster.ts';
import { connect, endpointOf, type Connection } from './connection.ts';

export type { Cluster } from './cluster.ts';

export interface KubernetesOptions {
  /** The kubeconfig of a cluster, as Azure gives it. */
  kubeconfig: (resourceGroup: string, cluster: string) => Promise<Outcome<string>>;
  /** Returns a valid token for an API server. */
  token: () => Promise<string>;
}

/** Connects to clusters by their names in Azure, and caches the connections for the life of the process. */
export function createKubernetes({ kubeconfig, token }: KubernetesOptions) {
  const connections = new Map<string, Connection>();
  const open = async (resourceGroup: string, name: string, fence: Fence): Promise<Outcome<Cluster>> => {
    const config = await kubeconfig(resourceGroup, name);
    if (config.state !== 'ready') return config;
    const endpoint = endpointOf(config.value);
    if (endpoint === undefined)
      return tryAgain(`${name}: Azure returned no kubeconfig`, RETRIES.azure.noAnswer);
    // The address is a part of the key: a cluster may have another one after a restart.
    const key = `${endpoint.server} ${endpoint.certificateAuthority ?? ''}`;
    const connection = connections.get(key) ?? connect(endpoint, token);
    connections.set(key, connection);
    return ready(createCluster(connection, fence));
  };
  return {
    open: (resourceGroup: string, name: string) => open(resourceGroup, name, NO_FENCE),
    /** The same for one call of an activity; sends a write only while the fence allows it. */
    fenced: (fence: Fence): Kubernetes => ({
      open: (resourceGroup, name) => open(resourceGroup, name, fence),
    }),
  };
}

export interface Kubernetes {
  open(resourceGroup: string, name: string): Promise<Outcome<Cluster>>;
}
