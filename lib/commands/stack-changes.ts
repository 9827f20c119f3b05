import { disksOf } from '../components/disks.ts';
import type { Catalogue } from '../components/catalogue.ts';
import type { Component } from '../components/component.ts';
import type { ComponentChange, ObservedResource, PlanChanges } from '../domain/changes.ts';
import { differences, patchBetween, type PropertyChange } from '../domain/merge-patch.ts';
import { KINDS } from '../domain/resource-kinds.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { StackRecord } from '../tables/index.ts';
import type { ManifestDigests } from './manifest-digests.ts';

/** The current state of a stack and its plan. */
interface Known {
  live: StackRecord | undefined;
  manifestDigests: ManifestDigests;
  /** Undefined when Azure did not answer. */
  observed: readonly ObservedResource[] | undefined;
}

/** The changes that a plan makes to a stack. */
export function changesOf(catalogue: Catalogue, spec: StackSpec, known: Known): PlanChanges {
  const { live, observed = [] } = known;
  const wanted = catalogue.componentsOf(spec);
  const components = [
    ...wanted.flatMap((component) => additionOrChange(component, known)),
    ...removals(catalogue, spec, live),
  ];
  const resources = observed.flatMap(({ step: _, change, ...resource }) =>
    change === 'unchanged' ? [] : [{ change, ...resource }],
  );
  const present = observed.filter(({ change }) => change !== 'removed');
  const touched = [...components, ...resources].filter(({ change }) => change !== 'removed').length;
  return {
    components,
    resources,
    settings: live === undefined ? [] : settingsOf(live.spec, spec, resources),
    unchanged: wanted.length + catalogue.retiredOf(spec).length + present.length - touched,
    isComplete: known.observed !== undefined,
  };
}

function additionOrChange(
  { name, title, version, workload }: Component,
  { live, manifestDigests }: Known,
): ComponentChange[] {
  if (workload === undefined)
    return live?.spec.components.includes(name) ? [] : [{ change: 'added', name, title, after: version }];
  const before = live?.versions[name];
  if (before === undefined) return [{ change: 'added', name, title, after: version }];
  const isSame = before === version && live?.manifestDigests?.[name] === manifestDigests[name];
  return isSame ? [] : [{ change: 'changed', name, title, before, after: version }];
}

/**
 * Components that the stack has and the spec does not list, including those that the catalogue no longer has.
 */
function removals(catalogue: Catalogue, spec: StackSpec, live: StackRecord | undefined): ComponentChange[] {
  if (live === undefined) return [];
  const wanted = new Set([...spec.components, ...catalogue.componentsOf(spec).map(({ name }) => name)]);
  const present = new Set([...live.spec.components, ...live.installed]);
  return [...present]
    .filter((name) => !wanted.has(name))
    .map((name) => removal(name, catalogue.find(name), live.versions[name]));
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

/** Fields of the spec that no Azure resource shows. */
const SETTINGS = /^(lifetime|cluster\.onShortage|access\.allowFrom)\b/;

/** Changed fields of the spec that the changes of resources do not show. */
function settingsOf(
  before: StackSpec,
  after: StackSpec,
  resources: PlanChanges['resources'],
): PropertyChange[] {
  const { components: _, preset: __, ...fields } = before;
  const { components: ___, preset: ____, ...wanted } = after;
  // A stack without anything in Azure that people use has no roles of theirs.
  const showsMembers = resources.some(({ kind }) => kind === KINDS.member);
  return differences(fields, patchBetween(fields, wanted)).filter(({ path }) =>
    path === 'members' ? !showsMembers : SETTINGS.test(path) || resources.length === 0,
  );
}
