import { disksOf } from '../components/disks.ts';
import type { Catalogue } from '../components/catalogue.ts';
import type { Component } from '../components/component.ts';
import type { ComponentChange, ObservedResource, PlanChanges } from '../domain/changes.ts';
import { differences, patchBetween, type PropertyChange } from '../domain/merge-patch.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { StackRecord } from '../tables/index.ts';
import type { ManifestDigests } from './manifest-digests.ts';

/** What is known of a stack and of what is planned for it. */
interface Known {
  living: StackRecord | undefined;
  manifestDigests: ManifestDigests;
  /** Undefined where Azure did not tell what there is. */
  observed: readonly ObservedResource[] | undefined;
}

/** What a plan would change of a stack. */
export function changesOf(catalogue: Catalogue, spec: StackSpec, known: Known): PlanChanges {
  const { living, observed = [] } = known;
  const wanted = catalogue.componentsOf(spec);
  const components = [
    ...wanted.flatMap((component) => additionOrChange(component, known)),
    ...removals(catalogue, spec, living),
  ];
  const resources = observed.flatMap(({ step: _, change, ...resource }) =>
    change === 'unchanged' ? [] : [{ change, ...resource }],
  );
  const present = observed.filter(({ change }) => change !== 'removed');
  const touched = [...components, ...resources].filter(({ change }) => change !== 'removed').length;
  return {
    components,
    resources,
    settings: living === undefined ? [] : settingsOf(living.spec, spec, resources.length > 0),
    unchanged: wanted.length + catalogue.retiredOf(spec).length + present.length - touched,
    isComplete: known.observed !== undefined,
  };
}

function additionOrChange(
  { name, title, version, workload }: Component,
  { living, manifestDigests }: Known,
): ComponentChange[] {
  if (workload === undefined)
    return living?.spec.components.includes(name) ? [] : [{ change: 'added', name, title, after: version }];
  const before = living?.versions[name];
  if (before === undefined) return [{ change: 'added', name, title, after: version }];
  const isSame = before === version && living?.manifestDigests?.[name] === manifestDigests[name];
  return isSame ? [] : [{ change: 'changed', name, title, before, after: version }];
}

/** Components that the stack has and the spec does not ask for, those that the catalogue no longer has among them. */
function removals(catalogue: Catalogue, spec: StackSpec, living: StackRecord | undefined): ComponentChange[] {
  if (living === undefined) return [];
  const wanted = new Set([...spec.components, ...catalogue.componentsOf(spec).map(({ name }) => name)]);
  const present = new Set([...living.spec.components, ...living.installed]);
  return [...present]
    .filter((name) => !wanted.has(name))
    .map((name) => removal(name, catalogue.find(name), living.versions[name]));
}

function removal(name: string, known: Component | undefined, before: string | undefined): ComponentChange {
  const title = known?.title ?? name;
  const disks = known === undefined ? ['of unknown size'] : disksOf([known]).map(({ gib }) => `${gib} GiB`);
  const loses = `${[title, before].filter(Boolean).join(' ')} and all its data (disk ${disks.join(', ')})`;
  return {
    change: 'removed',
    name,
    title,
    ...(before !== undefined && { before }),
    ...(disks.length > 0 && { loses }),
  };
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
