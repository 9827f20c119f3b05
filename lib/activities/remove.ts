import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { StepRun } from '../domain/run.ts';
import type { Services } from '../services.ts';
import { withCluster } from './with-cluster.ts';
import { forgetHistory, readHistory } from './release-records.ts';
import { objectsOf } from './release.ts';

/** Seconds between two looks: a namespace takes a while to go, for its volumes are detached and deleted. */
const LOOK_EVERY = 5;

/**
 * Removes a component from the cluster, with its data there. Works from what the cluster records, so that it does
 * not matter whether the catalogue still has the component. Its namespaces take along what is in them; what it has
 * outside of them, or made by itself, is removed one by one.
 */
export async function removeComponent(
  services: Services,
  { input, title }: StepRun<'removeComponent'>,
): Promise<Outcome> {
  return withCluster(services, input, title, async (cluster) => {
    const history = await readHistory(cluster, input.component);
    const objects = objectsOf(history);
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
    const names = new Set(namespaces.map(({ metadata }) => metadata.name));
    const outside = objects.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && !names.has(metadata.namespace ?? ''),
    );
    const made = history
      .flatMap(({ makes }) => makes)
      .map(({ name, ...kind }) => ({ ...kind, metadata: { name } }));
    await cluster.removeAll([...outside, ...made]);
    await cluster.removeAll(namespaces);
    for (const { metadata } of namespaces) {
      const left = await cluster.read({ apiVersion: 'v1', kind: 'Namespace', ...metadata });
      if (left !== undefined) return pending(`Namespace ${metadata.name} is terminating`, LOOK_EVERY);
    }
    // A tool that still ran may have made its objects anew.
    await cluster.removeAll(made);
    await forgetHistory(cluster, history);
    return done;
  });
}
