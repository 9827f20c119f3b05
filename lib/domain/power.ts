import { inOrder } from './graph.ts';
import { resourceNames } from './names.ts';
import type { OperationKind, Plan, Step } from './plan.ts';
import { componentSteps } from './component-steps.ts';
import { isPartOf, type Plannable } from './plannable.ts';
import type { StackSpec } from './spec.ts';
import type { Phase } from './status.ts';

const MINUTE = 60;

/** How a stack is, and what was done to it last. */
interface Standing {
  phase: Phase;
  lastKind: OperationKind | undefined;
}

/** A stack that works can be hibernated, and one whose hibernation failed. */
export const canHibernate = ({ phase, lastKind }: Standing): boolean =>
  phase === 'Ready' || phase === 'Degraded' || (phase === 'Failed' && lastKind === 'hibernate');

/** A hibernated stack can be woken, and one of which hibernating or waking failed: it may be either. */
export const canWake = ({ phase, lastKind }: Standing): boolean =>
  phase === 'Hibernated' || (phase === 'Failed' && (lastKind === 'hibernate' || lastKind === 'wake'));

/** Plans to stop the cluster: its nodes are most of what a stack costs. */
export function planHibernate(stack: string, suffix: string): Plan {
  const { resourceGroup, cluster } = resourceNames(stack, suffix);
  const stop: Step = {
    id: 'cluster',
    title: 'AKS cluster',
    activity: 'stopCluster',
    input: { resourceGroup, cluster },
    after: [],
    usual: 155,
    limit: 40 * MINUTE,
    onFailure: 'fail',
  };
  return { stack, kind: 'hibernate', steps: [stop] };
}

/** Plans to start the cluster, wait for the pods of each component, and use each once. */
export function planWake(spec: StackSpec, suffix: string, catalogue: readonly Plannable[]): Plan {
  const { name } = spec;
  const { resourceGroup, cluster } = resourceNames(name, suffix);
  const start: Step = {
    id: 'cluster',
    title: 'AKS cluster',
    activity: 'startCluster',
    input: { resourceGroup, cluster },
    after: [],
    usual: 185,
    limit: 40 * MINUTE,
    onFailure: 'fail',
  };
  const components = catalogue.filter((component) => isPartOf(spec, component));
  const steps = [start, ...componentSteps(spec, suffix, components, [start.id])];
  return { stack: name, kind: 'wake', steps: inOrder(steps) };
}
