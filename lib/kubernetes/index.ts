import { ready, type Outcome } from '../domain/outcome.ts';
import { RETRIES, tryAgain } from '../domain/retry.ts';
import { createCluster, type Cluster } from './cluster.ts';
import { connect, endpointOf } from './connection.ts';

export type { Cluster } from './cluster.ts';

export interface KubernetesOptions {
  /** The kubeconfig of a cluster, as Azure gives it. */
  kubeconfig: (resourceGroup: string, cluster: string) => Promise<Outcome<string>>;
  /** Returns a valid token for an API server. */
  token: () => Promise<string>;
}

/** Connects to clusters by their names in Azure, and caches the connections for the life of the process. */
export function createKubernetes({ kubeconfig, token }: KubernetesOptions) {
  const opened = new Map<string, Cluster>();
  return {
    async open(resourceGroup: string, name: string): Promise<Outcome<Cluster>> {
      const config = await kubeconfig(resourceGroup, name);
      if (config.state !== 'ready') return config;
      const endpoint = endpointOf(config.value);
      if (endpoint === undefined)
        return tryAgain(`${name}: Azure returned no kubeconfig`, RETRIES.azure.noAnswer);
      // The address is a part of the key: a cluster may have another one after a restart.
      const key = `${endpoint.server} ${endpoint.certificateAuthority ?? ''}`;
      const cluster = opened.get(key) ?? createCluster(connect(endpoint, token));
      opened.set(key, cluster);
      return ready(cluster);
    },
  };
}

export type Kubernetes = ReturnType<typeof createKubernetes>;
