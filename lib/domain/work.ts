import type { ObservedResource, PlanChanges } from './changes.ts';
import { imageName } from './image.ts';
import type { Plan, Step } from './plan.ts';
import { KINDS, type ResourceKind } from './resource-kinds.ts';

/** The time that a step needs to find that nothing changes, in seconds. */
const CHECK = 2;

/** The usual time of a change by kind of resource, in seconds. */
const CHANGE: Partial<Record<ResourceKind, number>> = { [KINDS.cluster]: 90, [KINDS.pool]: 120 };
const UPGRADE: Partial<Record<ResourceKind, number>> = { [KINDS.cluster]: 300, [KINDS.pool]: 300 };
const OTHER_CHANGE = 5;

/**
 * The plan with shorter durations for steps that change little or nothing of an existing stack. Steps without
 * changes still run, to check.
 */
export function withWork(
  plan: Plan,
  observed: readonly ObservedResource[],
  { components, resources }: Pick<PlanChanges, 'components' | 'resources'>,
): Plan {
  const resourcesOf = (id: string) => observed.filter(({ step }) => step === id);
  const built = new Set(resources.map(({ name }) => name));
  const changed = new Set(components.map(({ name }) => name));
  const isNew = (id: string) => resourcesOf(id).some(({ change }) => change === 'added');
  const workOf = (step: Step): Pick<Step, 'usual' | 'work'> | undefined => {
    switch (step.activity) {
      case 'ensureClusterAccess':
        return isNew('cluster') || isNew('identities') ? undefined : { usual: CHECK, work: 'none' };
      case 'ensureStorageRoles':
        return isNew('storage') || isNew('identities') ? undefined : { usual: CHECK, work: 'none' };
      case 'ensureImage':
        return isNew('registry') || built.has(imageName(step.input.image))
          ? undefined
          : { usual: CHECK, work: 'none' };
      case 'installComponent':
        return changed.has(step.input.component) ? undefined : { usual: CHECK, work: 'none' };
      default:
        return workOn(resourcesOf(step.id));
    }
  };
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, ...workOf(step) })) };
}

/** Undefined when the step creates its resource, or no resource of it is known. */
function workOn(resources: readonly ObservedResource[]): Pick<Step, 'usual' | 'work'> | undefined {
  const main = resources[0];
  if (main === undefined || main.change === 'added') return undefined;
  const toDo = resources.filter(({ change }) => change !== 'unchanged');
  if (toDo.length === 0) return { usual: CHECK, work: 'none' };
  return { usual: toDo.reduce((sum, resource) => sum + secondsOf(resource), CHECK), work: 'change' };
}

function secondsOf({ kind, properties }: ObservedResource): number {
  const isUpgrade = properties.some(({ path }) => path === 'kubernetesVersion');
  return (isUpgrade ? UPGRADE[kind] : CHANGE[kind]) ?? OTHER_CHANGE;
}
