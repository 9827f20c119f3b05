/**
 * Prints all Kubernetes objects of all components as a JSON array, for checks of manifests: `node
 * scripts/manifests.ts > manifests.json`. The stacks contain all components that can be chosen, private and
 * public, with and without GPUs. Generated secrets have made-up values.
 */
import type { Component } from '../lib/components/component.ts';
import { defaultCatalogue } from '../lib/components/default-catalogue.ts';
import { secretValues } from '../lib/components/secrets.ts';
import { planProvision } from '../lib/domain/provision.ts';
import { parseStackFields, type StackSpec } from '../lib/domain/spec.ts';
import { secret } from '../lib/manifests/config.ts';

const { choices, componentsOf } = defaultCatalogue;

const clientId = '00000000-0000-0000-0000-000000000000';
const gpu = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 };

const specs = [{ kind: 'private' }, { kind: 'public', allowFrom: ['203.0.113.0/24'] }].flatMap((access) =>
  [{}, { gpu }].map((cluster): StackSpec => ({
    ...parseStackFields({ location: 'uksouth', access, cluster }),
    apiVersion: 'matcha.dev/v1',
    name: 'demo',
    owner: 'demo',
    preset: 'custom',
    components: choices().map(({ name }) => name),
  })),
);

const objects = specs.flatMap((spec) => {
  const { steps } = planProvision(spec, 1, 'x1y2z', componentsOf(spec));
  return componentsOf(spec).flatMap((component) => {
    const step = steps.find(({ id }) => id === component.name);
    if (component.workload === undefined || step?.activity !== 'installComponent') return [];
    const { input } = step;
    const identity = input.identity === undefined ? {} : { clientId };
    return [...component.workload.manifests({ ...input, ...identity }), ...secretsOf(component)];
  });
});

function secretsOf({ name, version, workload }: Component) {
  const labels = { name, version, stack: 'demo', role: 'credentials' };
  return (workload?.secrets ?? []).map((generated) =>
    secret(
      { ...labels, namespace: generated.namespace },
      generated.name,
      secretValues(generated, (length) => 'x'.repeat(length)),
    ),
  );
}

const distinct = new Map(objects.map((object) => [JSON.stringify(object), object]));
process.stdout.write(`${JSON.stringify([...distinct.values()], null, 2)}\n`);
