import type { Cluster } from '../cluster.ts';
import { DURATIONS } from '../durations.ts';
import { setCondition } from '../objects.ts';
import type { Condition } from '../objects.ts';

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
    const left = cluster.all().filter(({ object }) => object.metadata.namespace === name);
    const isDue = cluster.clock.now() >= Date.parse(deletionTimestamp) + DURATIONS.namespaceTermination;
    if (left.length === 0 && isDue) cluster.drop('namespaces', namespace);
    else {
      const { conditions } = namespace.status ?? {};
      const now = cluster.clock.now();
      cluster.setStatus('namespaces', namespace, {
        phase: 'Terminating',
        conditions: remaining(left).reduce<Condition[] | undefined>(
          (all, condition) => setCondition(all, condition, now),
          conditions,
        ),
      });
    }
  }
}

/** What keeps a namespace, in the words of the namespace controller (status_condition_utils.go). */
function remaining(left: ReturnType<Cluster['all']>): Condition[] {
  const resources = countsOf(
    left.map(({ resource }) => (resource.includes('.') ? resource : `${resource}.`)),
  );
  const finalizers = countsOf(left.flatMap(({ object }) => object.metadata.finalizers ?? []));
  const contents = [...resources].map(([name, count]) => `${name} has ${count} resource instances`);
  const holds = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  return [
    left.length === 0
      ? isFalse('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed')
      : {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${contents.join(', ')}`,
        },
    finalizers.size === 0
      ? isFalse(
          'NamespaceFinalizersRemaining',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        )
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${holds.join(', ')}`,
        },
  ];
}

const isFalse = (type: string, reason: string, message: string): Condition => ({
  type,
  status: 'False',
  reason,
  message,
});

function countsOf(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
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
