import { ready, type Outcome } from '../domain/outcome.ts';
import { createCluster, type Cluster } from './cluster.ts';
import { createConnections, type ConnectionOptions } from './connections.ts';

export type { Cluster } from './cluster.ts';

/** The adapter to the API servers of clusters. */
export function createKubernetes(options: ConnectionOptions) {
  const connections = createConnections(options);
  return {
    async open(resourceGroup: string, name: string): Promise<Outcome<Cluster>> {
      const opened = await connections.open(resourceGroup, name);
      return opened.state === 'ready' ? ready(createCluster(opened.value)) : opened;
    },

    /** Forgets the address of a cluster that has another one now. */
    forget: (resourceGroup: string, name: string): Promise<void> => connections.forget(resourceGroup, name),
  };
}

export type Kubernetes = ReturnType<typeof createKubernetes>;
