import { azureSteps, unusedStep } from './azure-steps.ts';
import { componentSteps, registrationSteps, removalSteps } from './component-steps.ts';
import { inOrder } from './graph.ts';
import { stackTags } from './names.ts';
import type { Plan } from './plan.ts';
import { isPartOf, type Plannable } from './plannable.ts';
import type { StackSpec } from './spec.ts';

/**
 * Plans everything that creates or changes a stack. Steps whose work is done change nothing, so a failed
 * provision continues. Removes components in `installed` that are no longer part of the stack, and tags in
 * `tagNames` that are no longer in the spec. Throws a GraphError when components depend on each other.
 */
export function planProvision(
  spec: StackSpec,
  generation: number,
  suffix: string,
  catalogue: readonly Plannable[],
  { installed, tagNames = [] }: { installed?: readonly string[]; tagNames?: readonly string[] } = {},
): Plan {
  const obsolete = Object.fromEntries(tagNames.map((name) => [name, null]));
  const tags = { ...obsolete, ...spec.tags, ...stackTags(spec.name, spec.owner.name) };
  const components = catalogue.filter((component) => isPartOf(spec, component));
  const removed = (installed ?? [])
    .filter((name) => !isWanted(name, spec, components))
    .map((name) => catalogue.find((component) => component.name === name) ?? { name, title: name });
  const azure = azureSteps(spec, suffix, tags, generation, components);
  const removals = removalSteps(spec, suffix, removed);
  // Public tools require credentials, and private tools do not. So public access ends before the tools
  // change.
  const first = removed.filter((component) => 'when' in component).map(({ name }) => `remove-${name}`);
  const roles = azure.filter(({ id }) => id === 'roles').map(({ id }) => id);
  return {
    stack: spec.name,
    kind: 'provision',
    steps: inOrder([
      ...azure,
      ...componentSteps(spec, suffix, components, ['access', ...roles, ...first]),
      ...removals,
      ...(installed === undefined
        ? []
        : [unusedStep(spec, suffix, components, ['access', ...removals.map(({ id }) => id)])]),
      ...registrationSteps(spec, suffix, components),
    ]),
  };
}

/** A component that the catalogue no longer has stays as long as the spec lists it. */
const isWanted = (name: string, spec: StackSpec, components: readonly Plannable[]): boolean =>
  spec.components.includes(name) || components.some((component) => component.name === name);
