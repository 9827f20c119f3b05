import { MINUTE } from './duration.ts';
import { imageName, loginServerOf } from './image.ts';
import { identityName, resourceNames } from './names.ts';
import type { ComponentInput, ComponentReference, Step } from './plan.ts';
import type { Plannable } from './plannable.ts';
import { publicHost, type PublicAccess } from './public-access.ts';
import type { StackSpec } from './spec.ts';

/**
 * Steps that install and check each component that runs in the cluster. They start after `after`, and after
 * the checks of the components that they depend on.
 */
export function componentSteps(
  spec: StackSpec,
  suffix: string,
  components: readonly Plannable[],
  after: readonly string[],
): Step[] {
  return components.flatMap((component): Step[] => {
    const { name, title, dependsOn, azure, workload } = component;
    if (workload === undefined) return [];
    const input = componentInput(component, spec, suffix, components);
    const needed = components.filter((other) => other.workload && dependsOn.includes(other.name));
    return [
      {
        id: name,
        title,
        activity: 'installComponent',
        after: [...after, ...needed.map((other) => `${other.name}-canary`)],
        usual: workload.usual.install,
        limit: 20 * MINUTE,
        onFailure: 'degrade',
        input,
      },
      {
        id: `${name}-canary`,
        title: `${title} canary`,
        activity: 'checkComponent',
        after: [name],
        usual: workload.usual.canary,
        // A role of its identity may take 10 minutes to have an effect.
        limit: (azure?.identity === undefined ? 10 : 20) * MINUTE,
        onFailure: 'degrade',
        input,
      },
    ];
  });
}

/** The input of the steps of a component; `components` are all of its stack. */
export function componentInput(
  { name, version, catalogueFingerprint, azure }: Plannable,
  spec: StackSpec,
  suffix: string,
  components: readonly Plannable[],
): ComponentInput {
  const access = publicAccess(spec, suffix, components);
  const { storageAccount, registry } = resourceNames(spec.name, suffix);
  const hasRegistry = components.some((other) => other.azure?.registry);
  const built = hasRegistry ? components.find((other) => other.azure?.image)?.azure?.image : undefined;
  return {
    ...referenceTo(name, spec, suffix),
    version,
    catalogueFingerprint,
    storageAccount,
    ...(built && { image: `${loginServerOf(registry)}/${imageName(built)}` }),
    ...(azure?.identity && { identity: identityName(spec.name, name) }),
    ...(access && { public: access }),
  };
}

/**
 * Steps that remove components. A component that the catalogue no longer has is identified by its name only.
 */
export const removalSteps = (
  spec: StackSpec,
  suffix: string,
  components: readonly Pick<Plannable, 'name' | 'title'>[],
): Step[] =>
  components.map(({ name, title }) => ({
    id: `remove-${name}`,
    title: `Remove ${title}`,
    activity: 'removeComponent',
    after: ['access'],
    usual: 15,
    limit: 15 * MINUTE,
    onFailure: 'degrade',
    input: referenceTo(name, spec, suffix),
  }));

/**
 * Steps that register the components of a stack with its registrars. A step waits for its registrar only: it
 * registers addresses, and one failed tool is no reason to hide the others.
 */
export function registrationSteps(spec: StackSpec, suffix: string, components: readonly Plannable[]): Step[] {
  const stack = { spec, names: resourceNames(spec.name, suffix) };
  const podEnvironment = Object.assign(
    {},
    ...components.map(({ environment }) => environment?.(stack, 'cluster') ?? {}),
  ) as Record<string, string>;
  return components.flatMap(({ name, registrar }): Step[] =>
    registrar === undefined
      ? []
      : [
          {
            id: `${name}-registration`,
            title: registrar.title,
            activity: 'registerStack',
            after: [`${name}-canary`],
            usual: registrar.usual,
            limit: 10 * MINUTE,
            onFailure: 'degrade',
            input: {
              ...referenceTo(name, spec, suffix),
              registrations: components.flatMap(
                ({ registers }) => registers?.[name]?.({ ...stack, podEnvironment }) ?? [],
              ),
            },
          },
        ],
  );
}

function referenceTo(component: string, { name: stack }: StackSpec, suffix: string): ComponentReference {
  const { resourceGroup, cluster } = resourceNames(stack, suffix);
  return { component, stack, resourceGroup, cluster };
}

function publicAccess(
  { name, location, access }: StackSpec,
  suffix: string,
  components: readonly Plannable[],
): PublicAccess | undefined {
  if (access.kind !== 'public') return undefined;
  return {
    host: publicHost(resourceNames(name, suffix), location),
    allowFrom: access.allowFrom,
    ports: components.flatMap(({ endpoint }) => endpoint?.public ?? []),
  };
}
