import { identityName, resourceNames } from './names.ts';
import type { ComponentInput, Step } from './plan.ts';
import type { Plannable } from './plannable.ts';
import { publicHost, type PublicAccess } from './public-access.ts';
import type { StackSpec } from './spec.ts';
import { ZENML } from './zenml-stack.ts';

const MINUTE = 60;

/** Installs and tries each component that runs in the cluster, after `after` and once what it needs works. */
export function componentSteps(
  spec: StackSpec,
  suffix: string,
  components: readonly Plannable[],
  after: readonly string[],
): Step[] {
  const access = publicAccess(spec, suffix, components);
  return components.flatMap((component): Step[] => {
    const { name, title, dependsOn, azure, workload } = component;
    if (workload === undefined) return [];
    const input: ComponentInput = {
      ...placeOf(spec, suffix, component),
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

/** Removes what the stack had and is no longer to have. */
export const removalSteps = (spec: StackSpec, suffix: string, components: readonly Plannable[]): Step[] =>
  components.map((component) => ({
    id: `remove-${component.name}`,
    title: `Remove ${component.title}`,
    activity: 'removeComponent',
    after: ['access'],
    usual: 15,
    limit: 15 * MINUTE,
    onFailure: 'degrade',
    input: placeOf(spec, suffix, component),
  }));

/**
 * Registers with ZenML what the stack has. It waits for ZenML alone: what is registered are addresses, and one
 * tool that does not work yet is no reason to keep the others from ZenML's users.
 */
export function linkSteps(spec: StackSpec, suffix: string, components: readonly Plannable[]): Step[] {
  if (!components.some(({ name }) => name === ZENML)) return [];
  const names = resourceNames(spec.name, suffix);
  return [
    {
      id: 'link',
      title: 'ZenML stack',
      activity: 'linkStack',
      after: [`${ZENML}-canary`],
      usual: 3,
      limit: 10 * MINUTE,
      onFailure: 'degrade',
      input: {
        resourceGroup: names.resourceGroup,
        cluster: names.cluster,
        stack: spec.name,
        registrations: components.flatMap(({ registers }) => registers?.({ spec, names }) ?? []),
      },
    },
  ];
}

function placeOf({ name: stack }: StackSpec, suffix: string, { name, version }: Plannable): ComponentInput {
  const { resourceGroup, cluster, storageAccount } = resourceNames(stack, suffix);
  return { component: name, version, stack, resourceGroup, cluster, storageAccount };
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
