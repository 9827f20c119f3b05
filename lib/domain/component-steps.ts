import { MINUTE } from './duration.ts';
import { identityName, resourceNames } from './names.ts';
import type { ComponentInput, ComponentReference, Step } from './plan.ts';
import type { Plannable } from './plannable.ts';
import { publicHost, type PublicAccess } from './public-access.ts';
import type { StackSpec } from './spec.ts';

/** Installs and tries each component that runs in the cluster, after `after` and once what it needs works. */
export function componentSteps(
  spec: StackSpec,
  suffix: string,
  components: readonly Plannable[],
  after: readonly string[],
): Step[] {
  const access = publicAccess(spec, suffix, components);
  const { storageAccount } = resourceNames(spec.name, suffix);
  return components.flatMap((component): Step[] => {
    const { name, title, version, catalogueFingerprint, dependsOn, azure, workload } = component;
    if (workload === undefined) return [];
    const input: ComponentInput = {
      ...referenceTo(name, spec, suffix),
      version,
      catalogueFingerprint,
      storageAccount,
      ...(azure?.identity && { identity: identityName(spec.name, name) }),
      ...(access && { public: access }),
    };
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
        limit: 10 * MINUTE,
        onFailure: 'degrade',
        input,
      },
    ];
  });
}

/** Removes what the stack had and is no longer to have; what the catalogue no longer has goes by its name. */
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
 * Registers what the stack has with the components that are registrars. A step waits for its registrar alone: what
 * is registered are addresses, and one tool that does not work yet is no reason to keep the others from users.
 */
export function registrationSteps(spec: StackSpec, suffix: string, components: readonly Plannable[]): Step[] {
  const names = resourceNames(spec.name, suffix);
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
                ({ registers }) => registers?.[name]?.({ spec, names }) ?? [],
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
