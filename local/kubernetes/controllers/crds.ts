import type { Cluster } from '../cluster.ts';
import { DURATIONS } from '../durations.ts';
import { BUILT_IN_KINDS, resourceOf } from '../kinds.ts';
import { setCondition } from '../objects.ts';
import type { CustomResourceDefinition } from '../objects.ts';

const BUILT_IN = new Set(BUILT_IN_KINDS.map(resourceOf));
const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Establishes CustomResourceDefinitions after a delay. Deletes custom resources without a definition. */
export function runCustomResourceDefinitions(cluster: Cluster): void {
  const now = cluster.clock.now();
  const definitions = cluster.list(CRDS);
  for (const definition of definitions) {
    if (now < Date.parse(definition.metadata.creationTimestamp) + DURATIONS.customResourceEstablished)
      continue;
    cluster.setStatus(CRDS, definition, {
      acceptedNames: namesOf(definition),
      storedVersions: definition.spec.versions.filter(({ storage }) => storage).map(({ name }) => name),
      conditions: setCondition(
        setCondition(
          definition.status?.conditions,
          { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
          now,
        ),
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
        now,
      ),
    });
  }
  const defined = new Set(definitions.map(({ metadata }) => metadata.name));
  for (const { resource, object } of cluster.all()) {
    if (!BUILT_IN.has(resource) && !defined.has(resource)) cluster.drop(resource, object);
  }
}

function namesOf({ spec: { names } }: CustomResourceDefinition) {
  return { singular: names.kind.toLowerCase(), listKind: `${names.kind}List`, ...names };
}
