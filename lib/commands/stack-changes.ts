import { createHash } from 'node:crypto';
import { disksOf } from '../components/disks.ts';
import { catalogue, componentNamed, componentsOf } from '../components/index.ts';
import type { Component } from '../components/component.ts';
import type { ComponentChange, ObservedResource, PlanChanges } from '../domain/changes.ts';
import { differences, patchBetween, type PropertyChange } from '../domain/merge-patch.ts';
import type { ComponentInput, Plan } from '../domain/plan.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { StackRecord } from '../tables/index.ts';

/** By component, of its manifests: another fingerprint means that there is something to apply. */
export type Fingerprints = Record<string, string>;

/** The fingerprint of each component that a plan installs or upgrades. */
export const fingerprintsOf = ({ steps }: Plan): Fingerprints =>
  Object.fromEntries(
    steps.flatMap(({ activity, input }) => {
      if (activity !== 'installComponent' && activity !== 'upgradeComponent') return [];
      const digest = createHash('sha256').update(JSON.stringify(manifestsOf(input)));
      return [[input.component, digest.digest('hex')]];
    }),
  );

/** The manifests of a component but for the client id of its identity, which never changes. */
export function manifestsOf({
  component,
  stack,
  storageAccount,
  ...input
}: ComponentInput): KubernetesObject[] {
  const context = { stack, storageAccount, clientId: '', ...(input.public && { public: input.public }) };
  return componentNamed(component).workload?.manifests(context) ?? [];
}

/** What a plan would change of a stack. `observed` is undefined where Azure did not tell what there is. */
export function changesOf(
  spec: StackSpec,
  living: StackRecord | undefined,
  fingerprints: Fingerprints,
  observed: readonly ObservedResource[] | undefined,
): PlanChanges {
  const components = [
    ...componentsOf(spec).flatMap((component) => additionOrChange(component, living, fingerprints)),
    ...catalogue.flatMap((component) => removal(component, spec, living)),
  ];
  const resources = (observed ?? []).flatMap(({ step: _, change, ...resource }) =>
    change === 'unchanged' ? [] : [{ change, ...resource }],
  );
  const present = (observed ?? []).filter(({ change }) => change !== 'removed');
  const wanted = componentsOf(spec).length + present.length;
  const touched = [...components, ...resources].filter(({ change }) => change !== 'removed').length;
  return {
    components,
    resources,
    settings: living === undefined ? [] : settingsOf(living.spec, spec, resources.length > 0),
    unchanged: wanted - touched,
    isComplete: observed !== undefined,
  };
}

function additionOrChange(
  { name, title, version, workload }: Component,
  living: StackRecord | undefined,
  fingerprints: Fingerprints,
): ComponentChange[] {
  if (workload === undefined)
    return living?.spec.components.includes(name) ? [] : [{ change: 'added', name, title, after: version }];
  const before = living?.versions[name];
  if (before === undefined) return [{ change: 'added', name, title, after: version }];
  const isSame = before === version && living?.fingerprints?.[name] === fingerprints[name];
  return isSame ? [] : [{ change: 'changed', name, title, before, after: version }];
}

function removal(component: Component, spec: StackSpec, living: StackRecord | undefined): ComponentChange[] {
  const { name, title, workload } = component;
  const had =
    workload === undefined ? living?.spec.components.includes(name) : living?.installed.includes(name);
  if (had !== true || componentsOf(spec).includes(component)) return [];
  const before = living?.versions[name];
  const disks = disksOf([name]).map(({ gib }) => `${gib} GiB`);
  const loses = `${[title, before].filter(Boolean).join(' ')} and all its data (disk ${disks.join(', ')})`;
  return [
    {
      change: 'removed',
      name,
      title,
      ...(before !== undefined && { before }),
      ...(disks.length > 0 && { loses }),
    },
  ];
}

/** Fields that no resource in Azure shows. */
const SETTINGS = /^(lifetime|cluster\.onShortage|access\.allowFrom)\b/;

/** Fields of the spec that change, as far as the changes of resources do not show them. */
function settingsOf(before: StackSpec, after: StackSpec, hasResources: boolean): PropertyChange[] {
  const { components: _, preset: __, ...fields } = before;
  const { components: ___, preset: ____, ...wanted } = after;
  return differences(fields, patchBetween(fields, wanted)).filter(
    ({ path }) => SETTINGS.test(path) || !hasResources,
  );
}
