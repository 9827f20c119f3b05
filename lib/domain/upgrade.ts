import { MINUTE } from './duration.ts';
import { inOrder } from './graph.ts';
import type { Plan, Step, StepOf } from './plan.ts';
import { componentSteps } from './component-steps.ts';
import { isPartOf, type Plannable } from './plannable.ts';
import type { StackSpec } from './spec.ts';
import type { Phase } from './status.ts';

/** How long the pods of a new version may take to be up, in seconds; then the old one is brought back. */
export const UP_WITHIN = 20 * MINUTE;

/** How long the old version may take to be back, in seconds. */
export const BACK_WITHIN = 20 * MINUTE;

/** Only a stack that is up has something to go back to. */
export const canUpgrade = (phase: Phase): boolean => phase === 'Ready' || phase === 'Degraded';

/**
 * Plans to move every component that has another version than the catalogue to it: one at a time, what others
 * need first, each only after the one before has shown that it works. `versions` are those that are installed.
 * What a version newly needs of Azure is not made here but by provisioning. Has no steps where there is nothing to do.
 */
export function planUpgrade(
  spec: StackSpec,
  suffix: string,
  catalogue: readonly Plannable[],
  versions: Readonly<Record<string, string>>,
): Plan {
  const components = catalogue.filter((component) => isPartOf(spec, component));
  const steps = inOrder(componentSteps(spec, suffix, components, []));
  const outdated = steps.filter(
    (step): step is StepOf<'installComponent'> =>
      step.activity === 'installComponent' && versions[step.input.component] !== step.input.version,
  );
  const chain = outdated.flatMap((install, index): Step[] => {
    const { component, version } = install.input;
    const id = `upgrade-${component}`;
    const move = [versions[component], version].filter((known) => known !== undefined).join(' -> ');
    const upgrade: Step = {
      ...install,
      id,
      title: `${install.title} ${move}`,
      activity: 'upgradeComponent',
      after: outdated.slice(0, index).slice(-1).map(canaryOf),
      limit: UP_WITHIN + BACK_WITHIN,
    };
    const canaries = steps.filter((step) => step.id === canaryOf(install));
    return [upgrade, ...canaries.map((canary) => ({ ...canary, after: [id] }))];
  });
  return { stack: spec.name, kind: 'upgrade', steps: chain };
}

const canaryOf = ({ id }: Step): string => `${id}-canary`;
