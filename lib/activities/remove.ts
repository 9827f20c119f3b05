import { referenceTo } from '../components/secrets.ts';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { StepRun } from '../domain/run.ts';
import type { Services } from '../services.ts';
import { withCluster } from './with-cluster.ts';
import { forgetHistory, readHistory } from './release-records.ts';
import { objectsOf } from './release.ts';
import { stackOf } from '../manifests/labels.ts';

/**
 * Seconds between checks. A namespace takes time to terminate, because its volumes are detached and deleted.
 */
const POLL_EVERY = 5;

/**
 * Removes a component and its data from the cluster. It uses the release records, so the catalogue need not
 * have the component. Deleting a namespace deletes the objects in it; objects outside, and objects that the
 * component created, are deleted one by one.
 */
export async function removeComponent(
  services: Services,
  { input, title }: StepRun<'removeComponent'>,
): Promise<Outcome> {
  return withCluster(services, input, title, async (cluster) => {
    const history = await readHistory(cluster, input.component);
    const objects = objectsOf(history);
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
    // Another stack has the component on this cluster, so that this one never had it.
    if (namespaces.some((namespace) => (stackOf(namespace) ?? input.stack) !== input.stack)) return done;
    const names = new Set(namespaces.map(({ metadata }) => metadata.name));
    const outside = objects.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && !names.has(metadata.namespace ?? ''),
    );
    const made = history.flatMap(({ makes }) => makes).map(referenceTo);
    await cluster.removeAll([...outside, ...made]);
    await cluster.removeAll(namespaces);
    const { absent, loss } = await cluster.presence(namespaces);
    if (absent.length < namespaces.length) return pending(loss ?? 'It is being deleted', POLL_EVERY);
    // A tool that was still running may have created its objects again.
    await cluster.removeAll(made);
    await forgetHistory(cluster, input.component, history);
    return done;
  });
}
