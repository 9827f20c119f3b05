import { createCluster, type Cluster } from './cluster.ts';
import { connect, endpointOf } from './connection.ts';

export type { Cluster } from './cluster.ts';

export interface KubernetesOptions {
  /** The kubeconfig of a cluster, as Azure gives it. */
  kubeconfig: (resourceGroup: string, cluster: string) => Promise<string>;
  /** A fresh token for its API server. */
  token: () => Promise<string>;
}

/** Opens clusters by their names in Azure, and keeps the way to each open for the life of the process. */
export function createKubernetes({ kubeconfig, token }: KubernetesOptions) {
  const opened = new Map<string, Cluster>();
  return {
    async open(resourceGroup: string, cluster: string): Promise<Cluster> {
      const endpoint = endpointOf(await kubeconfig(resourceGroup, cluster));
      // Keyed by the address too: a cluster that was stopped and started may have another one.
      const key = `${endpoint.server} ${endpoint.certificateAuthority ?? ''}`;
      const known = opened.get(key) ?? createCluster(connect(endpoint, token));
      opened.set(key, known);
      return known;
    },
  };
}

export type Kubernetes = ReturnType<typeof createKubernetes>;
