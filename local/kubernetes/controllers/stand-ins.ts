import type { SimulatedCluster } from '../../../lib/components/stand-in.ts';
import type { Cluster } from '../cluster.ts';
import { createPrepared } from '../creation.ts';
import { apiVersionOf, resourceOf } from '../kinds.ts';

/** Runs the controllers of the components' stand-ins. */
export function runStandInControllers(cluster: Cluster): void {
  const simulated = simulatedCluster(cluster);
  for (const run of cluster.standIns.controllers) run(simulated);
}

/** The cluster API for stand-ins, which name objects by API version and kind. */
function simulatedCluster(cluster: Cluster): SimulatedCluster {
  const resource = (apiVersion: string, kind: string): string | undefined => {
    const found = cluster.kinds().find((each) => apiVersionOf(each) === apiVersion && each.kind === kind);
    return found && resourceOf(found);
  };
  const get: SimulatedCluster['get'] = (apiVersion, kind, name, namespace) => {
    const named = resource(apiVersion, kind);
    return named === undefined ? undefined : cluster.get(named, namespace, name);
  };
  return {
    get,
    list(apiVersion, kind, namespace) {
      const named = resource(apiVersion, kind);
      return named === undefined ? [] : cluster.list(named, namespace);
    },
    create(object) {
      const { apiVersion, kind, metadata } = object;
      const named = resource(apiVersion, kind);
      if (named === undefined || get(apiVersion, kind, metadata.name, metadata.namespace)) return;
      createPrepared(cluster, named, object);
    },
    setStatus(object, status) {
      const named = resource(object.apiVersion, object.kind);
      const live = named && cluster.get(named, object.metadata.namespace, object.metadata.name);
      if (named !== undefined && live) cluster.setStatus(named, live, status);
    },
  };
}
