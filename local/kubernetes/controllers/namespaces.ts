import type { Cluster } from '../cluster.ts';
import { DURATIONS } from '../durations.ts';

/** Creates the default objects of namespaces. Deletes the contents of terminating namespaces, then the namespaces. */
export function runNamespaces(cluster: Cluster): void {
  for (const namespace of cluster.list('namespaces')) {
    const { name, deletionTimestamp } = namespace.metadata;
    if (deletionTimestamp === undefined) {
      createDefaults(cluster, name);
      continue;
    }
    for (const { resource, object } of cluster.all()) {
      if (object.metadata.namespace === name) cluster.remove(resource, object);
    }
    const isEmpty = !cluster.all().some(({ object }) => object.metadata.namespace === name);
    const isDue = cluster.clock.now() >= Date.parse(deletionTimestamp) + DURATIONS.namespaceTermination;
    if (isEmpty && isDue) cluster.drop('namespaces', namespace);
    else cluster.setStatus('namespaces', namespace, { phase: 'Terminating' });
  }
}

function createDefaults(cluster: Cluster, namespace: string): void {
  if (!cluster.get('serviceaccounts', namespace, 'default')) {
    cluster.create('serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace },
    });
  }
  if (!cluster.get('configmaps', namespace, 'kube-root-ca.crt')) {
    cluster.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace },
      data: { 'ca.crt': '' },
    });
  }
}
