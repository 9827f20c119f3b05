import { NO_FENCE, type Fence } from '../domain/fence.ts';
import { ready, type Outcome } from '../domain/outcome.ts';
import { createCluster, type Cluster } from './cluster.ts';
import { createConnections, type ConnectionOptions } from './connections.ts';

export type { Cluster } from './cluster.ts';
export type { Presence } from './presence.ts';

export interface Kubernetes {
  open(resourceGroup: string, name: string): Promise<Outcome<Cluster>>;
  /** Forgets the address of a cluster that has another one now. */
  forget(resourceGroup: string, name: string): Promise<void>;
}

/** The adapter to the API servers of clusters. */
export function createKubernetes(options: ConnectionOptions) {
  const connections = createConnections(options);
  const fenced = (fence: Fence): Kubernetes => ({
    async open(resourceGroup, name) {
      const opened = await connections.open(resourceGroup, name);
      return opened.state === 'ready' ? ready(createCluster(opened.value, fence)) : opened;
    },
    forget: (resourceGroup, name) => connections.forget(resourceGroup, name),
  });
  return {
    ...fenced(NO_FENCE),
    /** The same for one call of an activity; sends a write only while the fence allows it. */
    fenced,
  };
}
