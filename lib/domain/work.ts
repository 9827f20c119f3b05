import type { ObservedResource, PlanChanges } from './changes.ts';
import type { Plan, Step } from './plan.ts';
import { KINDS, type ResourceKind } from './resource-kinds.ts';

/** Seconds that a step takes to find that there is nothing to do. */
const LOOK = 2;

/** Seconds that a change of a resource of each kind usually takes. */
const CHANGE: Partial<Record<ResourceKind, number>> = { [KINDS.cluster]: 90, [KINDS.pool]: 120 };
const UPGRADE: Partial<Record<ResourceKind, number>> = { [KINDS.cluster]: 300, [KINDS.pool]: 300 };
const OTHER_CHANGE = 5;

/**
 * The plan with the duration of what its steps have to do, where that is less than for a new stack. Steps
 * that have nothing to do still run: they check.
 */
export function withWork(
  plan: Plan,
  observed: readonly ObservedResource[],
  { components }: Pick<PlanChanges, 'components'>,
): Plan {
  const resourcesOf = (id: string) => observed.filter(({ step }) => step === id);
  const changed = new Set(components.map(({ name }) => name));
  const isNew = (id: string) => resourcesOf(id).some(({ change }) => change === 'added');
  const workOf = (step: Step): Pick<Step, 'usual' | 'work'> | undefined => {
    switch (step.activity) {
      case 'ensureClusterAccess':
        return isNew('cluster') || isNew('identities') ? undefined : { usual: LOOK, work: 'none' };
      case 'ensureStorageRoles':
        return isNew('storage') || isNew('identities') ? undefined : { usual: LOOK, work: 'none' };
      case 'installComponent':
        return changed.has(step.input.component) ? undefined : { usual: LOOK, work: 'none' };
      default:
        return workOn(resourcesOf(step.id));
    }
  };
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, ...workOf(step) })) };
}

/** Undefined where the step makes its resource, or none is known of it. */
function workOn(resources: readonly ObservedResource[]): Pick<Step, 'usual' | 'work'> | undefined {
  const main = resources[0];
  if (main === undefined || main.change === 'added') return undefined;
  const toDo = resources.filter(({ change }) => change !== 'unchanged');
  if (toDo.length === 0) return { usual: LOOK, work: 'none' };
  return { usual: toDo.reduce((sum, resource) => sum + secondsOf(resource), LOOK), work: 'change' };
}

function secondsOf({ kind, properties }: ObservedResource): number {
  const isUpgrade = properties.some(({ path }) => path === 'kubernetesVersion');
  return (isUpgrade ? UPGRADE[kind] : CHANGE[kind]) ?? OTHER_CHANGE;
}
