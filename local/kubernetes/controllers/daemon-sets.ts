import { isPodReady } from '../objects.ts';
import type { Cluster } from '../cluster.ts';
import { matchesLabels } from '../selectors.ts';
import { createPod, podsOf, randomSuffix } from './workloads.ts';

/** DaemonSets run one pod on each node that matches their selector. Simulated nodes have no taints. */
export function runDaemonSets(cluster: Cluster): void {
  for (const set of cluster.list('daemonsets.apps')) {
    const { nodeSelector } = set.spec.template.spec ?? {};
    const nodes = cluster
      .list('nodes')
      .filter(({ metadata }) => nodeSelector === undefined || matchesLabels(nodeSelector, metadata.labels));
    const pods = podsOf(cluster, set);
    for (let count = pods.length; count < nodes.length; count++) {
      createPod(cluster, set, `${set.metadata.name}-${randomSuffix()}`, set.spec.template);
    }
    for (const pod of pods.slice(nodes.length)) cluster.remove('pods', pod);
    const current = podsOf(cluster, set);
    const ready = current.filter(isPodReady).length;
    cluster.setStatus('daemonsets.apps', set, {
      observedGeneration: set.metadata.generation,
      desiredNumberScheduled: nodes.length,
      currentNumberScheduled: current.length,
      updatedNumberScheduled: current.length,
      numberMisscheduled: 0,
      numberReady: ready,
      numberAvailable: ready,
    });
  }
}
