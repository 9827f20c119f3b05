import { MINUTE } from './duration.ts';
import { inOrder } from './graph.ts';
import type { Plan, Step, StepOf } from './plan.ts';
import { imageSteps } from './azure-steps.ts';
import { componentSteps } from './component-steps.ts';
import { isPartOf, type Plannable } from './plannable.ts';
import type { StackSpec } from './spec.ts';
import type { Phase } from './status.ts';

/**
 * The limit for the pods of a new version to become ready, in seconds. After it the upgrade is rolled back.
 */
export const UPGRADE_LIMIT = 20 * MINUTE;

/** The limit for the rollback, in seconds. */
export const ROLLBACK_LIMIT = 20 * MINUTE;

/** Only a stack that works has a version to roll back to. */
export const canUpgrade = (phase: Phase): boolean => phase === 'Ready' || phase === 'Degraded';

/**
 * Plans to upgrade every component whose installed version differs from the catalogue. Components are
 * upgraded one at a time, dependencies first, each after the canary of the one before succeeds. `versions`
 * are the installed versions. New needs of a version in Azure are created by provision, not here. The plan
 * has no steps when everything is up to date.
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
      limit: UPGRADE_LIMIT + ROLLBACK_LIMIT,
    };
    const canaries = steps.filter((step) => step.id === canaryOf(install));
    return [upgrade, ...canaries.map((canary) => ({ ...canary, after: [id] }))];
  });
  const upgraded = components.filter(({ name }) => outdated.some(({ input }) => input.component === name));
  return {
    stack: spec.name,
    kind: 'upgrade',
    steps: [...chain, ...imageSteps(spec.name, suffix, upgraded, [])],
  };
}

const canaryOf = ({ id }: Step): string => `${id}-canary`;
