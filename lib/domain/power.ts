import { MINUTE } from './duration.ts';
import { inOrder } from './graph.ts';
import { resourceNames } from './names.ts';
import type { OperationKind, Plan, Step } from './plan.ts';
import { componentSteps } from './component-steps.ts';
import { isPartOf, type Plannable } from './plannable.ts';
import type { StackSpec } from './spec.ts';
import type { Phase } from './status.ts';
import { STEP_TITLES } from './step-titles.ts';

/** The phase of a stack and the kind of its last operation. */
interface StackState {
  phase: Phase;
  lastKind: OperationKind | undefined;
}

/** A stack that runs can hibernate. So can one whose last hibernation failed. */
export const canHibernate = ({ phase, lastKind }: StackState): boolean =>
  phase === 'Ready' || phase === 'Degraded' || (phase === 'Failed' && lastKind === 'hibernate');

/** A hibernated stack can wake. So can one whose last hibernation or wake failed: its cluster may be stopped. */
export const canWake = ({ phase, lastKind }: StackState): boolean =>
  phase === 'Hibernated' || (phase === 'Failed' && (lastKind === 'hibernate' || lastKind === 'wake'));

/** Plans to stop the cluster: its nodes are most of what a stack costs. */
export const planHibernate = (stack: string, suffix: string): Plan => ({
  stack,
  kind: 'hibernate',
  steps: [powerStep('stopCluster', stack, suffix, 155)],
});

/** Plans to start the cluster, wait for the pods of each component, and run each canary. */
export function planWake(spec: StackSpec, suffix: string, catalogue: readonly Plannable[]): Plan {
  const start = powerStep('startCluster', spec.name, suffix, 185);
  const components = catalogue.filter((component) => isPartOf(spec, component));
  const steps = [start, ...componentSteps(spec, suffix, components, [start.id])];
  return { stack: spec.name, kind: 'wake', steps: inOrder(steps) };
}

function powerStep(
  activity: 'stopCluster' | 'startCluster',
  stack: string,
  suffix: string,
  usual: number,
): Step {
  const { resourceGroup, cluster } = resourceNames(stack, suffix);
  return {
    id: 'cluster',
    title: STEP_TITLES[activity],
    activity,
    input: { resourceGroup, cluster },
    after: [],
    usual,
    limit: 40 * MINUTE,
    onFailure: 'fail',
  };
}
