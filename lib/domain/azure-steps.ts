import { MINUTE, secondsOf } from './duration.ts';
import { identityName, resourceNames, type ResourceNames } from './names.ts';
import type { Federation, Step, StorageGrant, Tags } from './plan.ts';
import type { Plannable } from './plannable.ts';
import type { StackSpec } from './spec.ts';
import { STEP_TITLES } from './step-titles.ts';

/**
 * The steps that create everything that the components need in Azure, from the preflight to cluster access.
 */
export function azureSteps(
  spec: StackSpec,
  suffix: string,
  tags: Tags,
  generation: number,
  components: readonly Plannable[],
): Step[] {
  const names = resourceNames(spec.name, suffix);
  const { resourceGroup, cluster, storageAccount } = names;
  const common = { resourceGroup, location: spec.location, tags };
  const hasRegistry = components.some(({ azure }) => azure?.registry);
  const registry = hasRegistry ? { registry: names.registry } : {};
  const federations = components.flatMap((component) => federationsOf(spec.name, component));
  const identities = identitiesOf(spec.name, components);
  const hasIdentities = identities.length > 0;
  return [
    {
      id: 'preflight',
      title: STEP_TITLES.preflight,
      activity: 'preflight',
      after: [],
      usual: 3,
      limit: 10 * MINUTE,
      onFailure: 'fail',
      input: {
        stack: spec.name,
        location: spec.location,
        resourceGroup,
        cluster,
        storageAccount,
        ...registry,
        size: spec.cluster,
      },
    },
    {
      id: 'resource-group',
      title: STEP_TITLES.ensureResourceGroup,
      activity: 'ensureResourceGroup',
      after: ['preflight'],
      usual: 2,
      limit: 5 * MINUTE,
      onFailure: 'fail',
      // Only the group has the generation as a tag: as a tag of every resource, each plan would change all of
      // them.
      input: { ...common, tags: { ...tags, 'matcha-generation': String(generation) }, stack: spec.name },
    },
    {
      id: 'storage',
      title: STEP_TITLES.ensureStorage,
      activity: 'ensureStorage',
      after: ['resource-group'],
      usual: 25,
      limit: 15 * MINUTE,
      onFailure: 'fail',
      input: {
        ...common,
        account: storageAccount,
        containers: containersOf(components),
        sharedKeyAccess: spec.storage.sharedKeyAccess,
      },
    },
    {
      id: 'cluster',
      title: STEP_TITLES.ensureCluster,
      activity: 'ensureCluster',
      after: ['resource-group'],
      usual: 280,
      limit: clusterLimit(spec.cluster),
      onFailure: 'fail',
      input: { ...common, cluster, size: spec.cluster, access: spec.access },
    },
    ...(hasRegistry ? [registryStep({ ...common, registry: names.registry })] : []),
    ...(hasRegistry ? imageSteps(spec.name, suffix, components, ['registry']) : []),
    ...(hasIdentities ? identitySteps(common, names, identities, grantsOf(spec.name, components)) : []),
    {
      id: 'access',
      title: STEP_TITLES.ensureClusterAccess,
      activity: 'ensureClusterAccess',
      after: ['cluster', ...(hasRegistry ? ['registry'] : []), ...(hasIdentities ? ['identities'] : [])],
      usual: 45,
      limit: 20 * MINUTE,
      onFailure: 'fail',
      input: { resourceGroup, cluster, ...registry, federations },
    },
    teamStep(spec, names, components, ['cluster', 'storage', ...(hasRegistry ? ['registry'] : [])]),
  ];
}

/**
 * Removes the Azure resources that only earlier specs of the stack used, after their components are removed.
 * The needs of a component that the catalogue no longer has are unknown, so its identity and the registry
 * stay.
 */
export function unusedStep(
  { name: stack, components: chosen }: StackSpec,
  suffix: string,
  components: readonly Plannable[],
  after: readonly string[],
): Step {
  const { resourceGroup, registry } = resourceNames(stack, suffix);
  const hasRegistry = components.some(({ azure }) => azure?.registry);
  const retired = chosen.filter((name) => !components.some((component) => component.name === name));
  return {
    id: 'unused',
    title: STEP_TITLES.removeUnused,
    activity: 'removeUnused',
    after: [...after],
    usual: 2,
    limit: 15 * MINUTE,
    onFailure: 'fail',
    input: {
      stack,
      resourceGroup,
      ...(!hasRegistry && retired.length === 0 && { registry }),
      identities: [...identitiesOf(stack, components), ...retired.map((name) => identityName(stack, name))],
    },
  };
}

/**
 * Steps that build the images of components in the registry. Nothing waits for them, and the stack is ready without
 * them: a build takes about as long as the creation of the cluster.
 */
export const imageSteps = (
  stack: string,
  suffix: string,
  components: readonly Plannable[],
  after: string[],
): Step[] => {
  const { resourceGroup, registry } = resourceNames(stack, suffix);
  return components.flatMap(({ name, azure }): Step[] =>
    azure?.image === undefined
      ? []
      : [
          {
            id: `${name}-image`,
            title: STEP_TITLES.ensureImage,
            activity: 'ensureImage',
            after,
            usual: 170,
            limit: 15 * MINUTE,
            onFailure: 'report',
            input: { resourceGroup, registry, image: azure.image },
          },
        ],
  );
};

/**
 * Gives people their roles. No step waits for it, and a stack is ready without it: an account that was deleted must not
 * keep the others from their work.
 */
function teamStep(
  { name: stack, owner, members }: StackSpec,
  { resourceGroup, storageAccount, registry, cluster }: ResourceNames,
  components: readonly Plannable[],
  after: string[],
): Step {
  const people = components.flatMap(({ azure }) => azure?.people ?? []);
  const namespace = people.find((needs) => needs.namespace !== undefined)?.namespace;
  return {
    id: 'team',
    title: STEP_TITLES.ensureTeamAccess,
    activity: 'ensureTeamAccess',
    after,
    usual: 5,
    limit: 15 * MINUTE,
    onFailure: 'report',
    input: {
      stack,
      resourceGroup,
      people: [owner, ...members],
      account: storageAccount,
      containers: people.flatMap(({ containers = [] }) => containers),
      ...(components.some(({ azure }) => azure?.registry) && { registry }),
      cluster,
      ...(namespace !== undefined && { namespace }),
    },
  };
}

type CommonInput = { resourceGroup: string; location: string; tags: Tags };

const registryStep = (input: CommonInput & { registry: string }): Step => ({
  id: 'registry',
  title: STEP_TITLES.ensureRegistry,
  activity: 'ensureRegistry',
  after: ['resource-group'],
  usual: 20,
  limit: 15 * MINUTE,
  onFailure: 'fail',
  input,
});

const identitySteps = (
  common: CommonInput,
  { resourceGroup, storageAccount }: ResourceNames,
  identities: string[],
  grants: StorageGrant[],
): Step[] => [
  {
    id: 'identities',
    title: STEP_TITLES.ensureIdentities,
    activity: 'ensureIdentities',
    after: ['resource-group'],
    usual: 6,
    limit: 10 * MINUTE,
    onFailure: 'fail',
    input: { ...common, identities },
  },
  {
    id: 'roles',
    title: STEP_TITLES.ensureStorageRoles,
    activity: 'ensureStorageRoles',
    after: ['storage', 'identities'],
    usual: 5,
    limit: 15 * MINUTE,
    onFailure: 'fail',
    input: { resourceGroup, account: storageAccount, grants },
  },
];

/**
 * The limit of the cluster step in seconds: it includes the time to wait for capacity, or one limit per node
 * size.
 */
function clusterLimit({ onShortage, kubernetesVersion, maxNodes, gpu }: StackSpec['cluster']): number {
  // An upgrade replaces the nodes one by one.
  const nodes = kubernetesVersion === undefined ? 0 : maxNodes + (gpu?.maxNodes ?? 0);
  const limit = (40 + 10 * nodes) * MINUTE;
  if (onShortage.do === 'wait') return limit + secondsOf(onShortage.upTo);
  return onShortage.do === 'fallback' ? limit * (1 + onShortage.nodeSizes.length) : limit;
}

/** The roles on containers that the stack has: a component may read those of others, which may be absent. */
function grantsOf(stack: string, components: readonly Plannable[]): StorageGrant[] {
  const containers = containersOf(components);
  return components.flatMap(({ name, azure }) =>
    (azure?.identity?.grants ?? [])
      .filter(({ container }) => containers.includes(container))
      .map((grant) => ({ ...grant, identity: identityName(stack, name) })),
  );
}

const containersOf = (components: readonly Plannable[]): string[] =>
  components.flatMap(({ azure }) => azure?.containers ?? []);

const identitiesOf = (stack: string, components: readonly Plannable[]): string[] =>
  components.flatMap(({ name, azure }) => (azure?.identity === undefined ? [] : [identityName(stack, name)]));

const federationsOf = (stack: string, { name, azure }: Plannable): Federation[] =>
  (azure?.identity?.serviceAccounts ?? []).map((account) => ({
    identity: identityName(stack, name),
    namespace: account.namespace,
    serviceAccount: account.name,
  }));
