import { componentInput } from './component-steps.ts';
import { MINUTE } from './duration.ts';
import { inOrder } from './graph.ts';
import { resourceNames } from './names.ts';
import type { Plan, StepOf } from './plan.ts';
import { isPartOf, type Plannable } from './plannable.ts';
import type { StackSpec } from './spec.ts';
import { IMAGE_BUILT, VERIFICATION_DUE, type Condition } from './status.ts';

/**
 * Plans to use the components of a stack as its users do, one after the other, and to remove what that leaves in the
 * cluster. The plan has no steps when the stack has nothing to verify.
 */
export function planVerify(spec: StackSpec, suffix: string, catalogue: readonly Plannable[]): Plan {
  const components = catalogue.filter((component) => isPartOf(spec, component));
  const { resourceGroup, cluster } = resourceNames(spec.name, suffix);
  const has = (name: string) => components.some((component) => component.name === name);
  const steps = components.flatMap((component): StepOf<'verifyComponent'>[] => {
    const { name, verification } = component;
    if (verification === undefined || !verification.needs.every(has)) return [];
    const { condition, title, needs, usual, limit } = verification;
    return [
      {
        id: stepOf(name),
        title,
        activity: 'verifyComponent',
        after: needs.map(stepOf),
        usual,
        limit,
        onFailure: 'degrade',
        input: { ...componentInput(component, spec, suffix, components), condition },
      },
    ];
  });
  const removal: StepOf<'removeVerification'> = {
    id: 'clean-up',
    title: 'Clean up',
    activity: 'removeVerification',
    after: steps.map(({ id }) => id),
    evenAfterFailure: true,
    usual: 5,
    limit: 10 * MINUTE,
    onFailure: 'report',
    input: { resourceGroup, cluster, components: steps.map(({ input }) => input.component) },
  };
  const isEmpty = steps.length === 0;
  return { stack: spec.name, kind: 'verify', steps: isEmpty ? [] : [...inOrder(steps), removal] };
}

const stepOf = (component: string): string => `verify-${component}`;

/** Why a stack cannot be verified, if it cannot: pipelines need their image. */
export function obstacleOf(
  conditions: readonly Condition[],
): Pick<Condition, 'reason' | 'message'> | undefined {
  const image = conditions.find(({ type }) => type === IMAGE_BUILT);
  return image?.status === 'True' ? undefined : (image ?? NOT_BUILT);
}

const NOT_BUILT = {
  reason: 'NotBuilt',
  message: 'The image of pipelines is not built yet: provision the stack again.',
};

/** The conditions of a stack that is to be verified, or that cannot be. */
export function unverified(conditions: readonly Condition[], { steps }: Plan, at: string): Condition[] {
  const obstacle = obstacleOf(conditions);
  const { reason, message } = (obstacle && { ...obstacle, message: 'Pipelines need their image.' }) ?? {
    reason: VERIFICATION_DUE,
    message: 'It starts by itself within a minute.',
  };
  return steps.flatMap((step): Condition[] =>
    step.activity === 'verifyComponent'
      ? [{ type: step.input.condition, status: 'Unknown', reason, message, lastTransitionTime: at }]
      : [],
  );
}

/** Whether an operation holds a stack. A verification gives way to any other operation. */
export const isHeld = ({
  activeOperation,
  verifying,
}: {
  activeOperation?: string;
  verifying?: true;
}): boolean => activeOperation !== undefined && verifying !== true;
