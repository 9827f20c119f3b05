import type { Component } from '../lib/components/component.ts';
import { defaultCatalogue } from '../lib/components/default-catalogue.ts';
import { secretValues } from '../lib/components/secrets.ts';
import { planProvision } from '../lib/domain/provision.ts';
import { parseStackFields, type StackSpec } from '../lib/domain/spec.ts';
import { secret } from '../lib/manifests/config.ts';
import type { KubernetesObject } from '../lib/manifests/object.ts';

const { choices, presets, componentsOf } = defaultCatalogue;

const clientId = '00000000-0000-0000-0000-000000000000';
const gpu = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 };

const ACCESS = [{ kind: 'private' }, { kind: 'public', allowFrom: ['203.0.113.0/24'] }];

/** The components of each preset, and all that can be chosen. */
const CHOICES = { ...presets, custom: choices().map(({ name }) => name) };

/** A stack of every preset and option, with its objects. Generated secrets have made-up values. */
export const allManifests = (): { title: string; objects: KubernetesObject[] }[] =>
  Object.entries(CHOICES).flatMap(([preset, components]) =>
    ACCESS.flatMap((access) =>
      [{}, { gpu }].map((cluster) => {
        const fields = parseStackFields({ location: 'uksouth', access, cluster });
        const names = {
          name: 'demo',
          owner: { id: 'demo', name: 'demo', type: 'User' as const },
          members: [],
          preset,
          components: [...components],
        };
        const gpus = 'gpu' in cluster ? 'with GPUs' : 'without GPUs';
        return {
          title: `${preset}, ${access.kind}, ${gpus}`,
          objects: objectsOf({ ...fields, apiVersion: 'matcha.dev/v1', ...names }),
        };
      }),
    ),
  );

function objectsOf(spec: StackSpec): KubernetesObject[] {
  const { steps } = planProvision(spec, 1, 'x1y2z', componentsOf(spec));
  return componentsOf(spec).flatMap((component) => {
    const step = steps.find(({ id }) => id === component.name);
    if (component.workload === undefined || step?.activity !== 'installComponent') return [];
    const { input } = step;
    const identity = input.identity === undefined ? {} : { clientId };
    return [...component.workload.manifests({ ...input, ...identity }), ...secretsOf(component)];
  });
}

function secretsOf({ name, version, workload }: Component): KubernetesObject[] {
  const labels = { name, version, stack: 'demo', role: 'credentials' };
  return (workload?.secrets ?? []).map((generated) =>
    secret(
      { ...labels, namespace: generated.namespace },
      generated.name,
      secretValues(generated, (length) => 'x'.repeat(length)),
    ),
  );
}
