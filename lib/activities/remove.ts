import type { Component } from '../components/component.ts';
import { componentNamed } from '../components/index.ts';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { StepRun } from '../domain/run.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Services } from '../services.ts';
import { withCluster } from './cluster.ts';
import { workloadOf } from './install.ts';
import { objectsOf, readRelease } from './release.ts';

/** A namespace takes a while to go: its volumes are detached and deleted. */
const LOOK_EVERY = 5;

/**
 * Removes a component from the cluster, with its data there. Its namespaces take along what is in them; what
 * it has outside of them, or made by itself, is removed one by one.
 */
export async function removeComponent(
  services: Services,
  { input, title }: StepRun<'removeComponent'>,
): Promise<Outcome> {
  return withCluster(services, input, title, async (cluster) => {
    const component = componentNamed(input.component);
    const release = await readRelease(cluster, component, workloadOf(component));
    const objects = release === undefined ? applied(component, input) : objectsOf(release);
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
    const names = new Set(namespaces.map(({ metadata }) => metadata.name));
    const outside = objects.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && !names.has(metadata.namespace ?? ''),
    );
    for (const object of outside.reverse()) await cluster.remove(object);
    for (const { name, ...made } of workloadOf(component).makes ?? []) {
      await cluster.remove({ ...made, metadata: { name } });
    }
    for (const namespace of namespaces) await cluster.remove(namespace);
    for (const { metadata } of namespaces) {
      const left = await cluster.read({ apiVersion: 'v1', kind: 'Namespace', ...metadata });
      if (left !== undefined) return pending(`Namespace ${metadata.name} is going`, LOOK_EVERY);
    }
    return done;
  });
}

/** What an installation that never came to its end may have applied. */
const applied = (
  component: Component,
  input: { stack: string; storageAccount: string },
): KubernetesObject[] => workloadOf(component).manifests(input);
