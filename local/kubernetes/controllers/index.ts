import type { Cluster } from '../cluster.ts';
import type { BrokenImage } from '../pod-timeline.ts';
import { runCustomResourceDefinitions } from './crds.ts';
import { runDaemonSets } from './daemon-sets.ts';
import { collectGarbage } from './garbage.ts';
import { runGateways } from './gateways.ts';
import { runJobs } from './jobs.ts';
import { runNamespaces } from './namespaces.ts';
import { runPods } from './pods.ts';
import { runStandInControllers } from './stand-ins.ts';
import { runServices } from './services.ts';
import { runVolumes } from './volumes.ts';
import { reportDeployments, runDeployments, runReplicaSets, runStatefulSets } from './workloads.ts';

const CONTROLLERS: ((cluster: Cluster, broken: BrokenImage[]) => void)[] = [
  runNamespaces,
  collectGarbage,
  runCustomResourceDefinitions,
  runDeployments,
  runReplicaSets,
  runStatefulSets,
  runDaemonSets,
  runJobs,
  runPods,
  runReplicaSets,
  reportDeployments,
  runVolumes,
  runServices,
  runGateways,
  runStandInControllers,
];

/** An upper bound of the rounds that the controllers need. */
const MAX_ROUNDS = 12;

/**
 * Runs all controllers until the cluster no longer changes. There is no background process: the state follows from
 * the stored objects and the time, so that the cluster continues after a restart.
 */
export function reconcile(cluster: Cluster, broken: BrokenImage[]): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = cluster.revision();
    for (const run of CONTROLLERS) run(cluster, broken);
    if (cluster.revision() === before) return;
  }
}
