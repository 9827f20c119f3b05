import { secondsOf } from './duration.ts';
import { inOrder } from './graph.ts';
import { identityName, resourceNames, stackTags, type ResourceNames } from './names.ts';
import type { ComponentInput, Federation, Plan, Step, StepActivity, StepOf, StorageGrant } from './plan.ts';
import { publicHost, type PublicAccess } from './public-access.ts';
import type { StackSpec } from './spec.ts';
import { ZENML, type LinkInput, type Registration } from './zenml-stack.ts';

/** What planning needs to know of a component; the catalogue's entries have it all. */
export interface Plannable {
  name: string;
  title: string;
  version: string;
  /** Whether a stack of this spec has it; a component without this is there when it was chosen. */
  when?: (spec: StackSpec) => boolean;
  dependsOn: readonly string[];
  azure?: {
    registry?: true;
    containers?: readonly string[];
    identity?: {
      namespace: string;
      serviceAccount: string;
      grants: readonly Omit<StorageGrant, 'identity'>[];
    };
  };
  workload?: { usual: { install: number; canary: number } };
  endpoint?: { public?: number };
  registers?: (context: { spec: StackSpec; names: ResourceNames }) => Registration[];
}

/** Whether a stack of this spec has the component: it was chosen, or follows from the rest of the spec. */
export const isPartOf = (spec: StackSpec, { name, when }: Pick<Plannable, 'name' | 'when'>): boolean =>
  when === undefined ? spec.components.includes(name) : when(spec);

const MINUTE = 60;

/**
 * Plans everything that makes a stack: pure, so that what `matcha plan` prints is what `provision` runs.
 * Steps that find their work done change nothing, which is how a failed provision continues.
 * Throws a GraphError when components wait for each other.
 */
export function planProvision(
  spec: StackSpec,
  generation: number,
  suffix: string,
  catalogue: readonly Plannable[],
  installed: readonly string[] = [],
): Plan {
  const names = resourceNames(spec.name, suffix);
  const tags = { ...spec.tags, ...stackTags(spec.name, spec.owner, generation) };
  const place = { resourceGroup: names.resourceGroup, location: spec.location, tags };
  const components = catalogue.filter((component) => isPartOf(spec, component));
  const grants = components.flatMap((component) => grantsOf(spec.name, component));
  const federations = components.flatMap((component) => federationsOf(spec.name, component));
  const needsRegistry = components.some(({ azure }) => azure?.registry);
  const needsIdentities = federations.length > 0;

  const steps: Step[] = [
    step(
      'preflight',
      'Preflight',
      'preflight',
      [],
      { usual: 3, limit: 10 * MINUTE },
      {
        stack: spec.name,
        location: spec.location,
        resourceGroup: names.resourceGroup,
        cluster: names.cluster,
        storageAccount: names.storageAccount,
        ...(needsRegistry && { registry: names.registry }),
        size: spec.cluster,
      },
    ),
    step(
      'resource-group',
      'Resource group',
      'ensureResourceGroup',
      ['preflight'],
      { usual: 2, limit: 5 * MINUTE },
      {
        ...place,
        stack: spec.name,
      },
    ),
    step(
      'storage',
      'Storage account',
      'ensureStorage',
      ['resource-group'],
      { usual: 25, limit: 15 * MINUTE },
      {
        ...place,
        account: names.storageAccount,
        containers: components.flatMap(({ azure }) => azure?.containers ?? []),
        sharedKeyAccess: spec.storage.sharedKeyAccess,
      },
    ),
    step(
      'cluster',
      'AKS cluster',
      'ensureCluster',
      ['resource-group'],
      { usual: 280, limit: clusterLimit(spec.cluster) },
      {
        ...place,
        cluster: names.cluster,
        size: spec.cluster,
        access: spec.access,
      },
    ),
  ];
  if (needsRegistry) {
    steps.push(
      step(
        'registry',
        'Container registry',
        'ensureRegistry',
        ['resource-group'],
        { usual: 20, limit: 15 * MINUTE },
        {
          ...place,
          registry: names.registry,
        },
      ),
    );
  }
  if (needsIdentities) {
    steps.push(
      step(
        'identities',
        'Identities',
        'ensureIdentities',
        ['resource-group'],
        { usual: 6, limit: 10 * MINUTE },
        {
          ...place,
          identities: federations.map(({ identity }) => identity),
        },
      ),
      step(
        'roles',
        'Roles',
        'ensureStorageRoles',
        ['storage', 'identities'],
        { usual: 5, limit: 15 * MINUTE },
        {
          resourceGroup: names.resourceGroup,
          account: names.storageAccount,
          grants,
        },
      ),
    );
  }
  steps.push(
    step(
      'access',
      'Cluster access',
      'ensureClusterAccess',
      ['cluster', ...(needsRegistry ? ['registry'] : []), ...(needsIdentities ? ['identities'] : [])],
      { usual: 45, limit: 20 * MINUTE },
      {
        resourceGroup: names.resourceGroup,
        cluster: names.cluster,
        ...(needsRegistry && { registry: names.registry }),
        federations,
      },
    ),
  );
  const leaving = catalogue.filter(
    (component) => installed.includes(component.name) && !components.includes(component),
  );
  // Tools that are public ask for credentials; the way in from outside must be gone before they stop to.
  const first = leaving.filter(({ when }) => when !== undefined).map(({ name }) => `remove-${name}`);
  const after = ['access', ...(needsIdentities ? ['roles'] : []), ...first];
  steps.push(...componentSteps(spec, suffix, components, after));
  steps.push(...removalSteps(spec, suffix, leaving));
  steps.push(...linkSteps(spec, names, components));
  return { stack: spec.name, kind: 'provision', steps: inOrder(steps) };
}

/** Installs and tries each component that runs in the cluster, after `after` and once what it needs works. */
export function componentSteps(
  spec: StackSpec,
  suffix: string,
  components: readonly Plannable[],
  after: readonly string[],
): Step[] {
  const { name: stack } = spec;
  const { resourceGroup, cluster, storageAccount } = resourceNames(stack, suffix);
  const access = publicAccess(spec, suffix, components);
  return components.flatMap(({ name, title, version, dependsOn, azure, workload }) => {
    if (workload === undefined) return [];
    const input: ComponentInput = {
      component: name,
      version,
      stack,
      resourceGroup,
      cluster,
      storageAccount,
      ...(azure?.identity && { identity: identityName(stack, name) }),
      ...(access && { public: access }),
    };
    const needed = components.filter((other) => other.workload && dependsOn.includes(other.name));
    const { install, canary } = workload.usual;
    const waitsFor = [...after, ...needed.map((other) => `${other.name}-canary`)];
    const degrade = { onFailure: 'degrade' } as const;
    return [
      step(name, title, 'installComponent', waitsFor, { usual: install, limit: 20 * MINUTE }, input, degrade),
      step(`${name}-canary`, `${title} canary`, 'checkComponent', [name],
        { usual: canary, limit: 10 * MINUTE }, input, degrade), // prettier-ignore
    ];
  });
}

/** Removes what the stack had and is no longer to have. */
const removalSteps = (spec: StackSpec, suffix: string, components: readonly Plannable[]): Step[] =>
  components.map(({ name, title, version }) =>
    step(
      `remove-${name}`,
      `Remove ${title}`,
      'removeComponent',
      ['access'],
      { usual: 15, limit: 15 * MINUTE },
      { component: name, version, stack: spec.name, ...resourceNames(spec.name, suffix) },
      { onFailure: 'degrade' },
    ),
  );

/**
 * Registers with ZenML what the stack has. It waits for ZenML alone: what is registered are addresses, and one
 * tool that does not work yet is no reason to keep the others from ZenML's users.
 */
function linkSteps(spec: StackSpec, names: ResourceNames, components: readonly Plannable[]): Step[] {
  if (!components.some(({ name }) => name === ZENML)) return [];
  const input: LinkInput = {
    resourceGroup: names.resourceGroup,
    cluster: names.cluster,
    stack: spec.name,
    registrations: components.flatMap(({ registers }) => registers?.({ spec, names }) ?? []),
  };
  return [
    step('link', 'ZenML stack', 'linkStack', [`${ZENML}-canary`], { usual: 3, limit: 10 * MINUTE }, input, {
      onFailure: 'degrade',
    }),
  ];
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

/** How long the cluster may take, in seconds: as long as it is waited for, and once for each size. */
function clusterLimit({ onShortage }: StackSpec['cluster']): number {
  const limit = 40 * MINUTE;
  if (onShortage.do === 'wait') return limit + secondsOf(onShortage.upTo);
  return onShortage.do === 'fallback' ? limit * (1 + onShortage.nodeSizes.length) : limit;
}

const step = <A extends StepActivity>(
  id: string,
  title: string,
  activity: A,
  after: string[],
  { usual, limit }: { usual: number; limit: number },
  input: StepOf<A>['input'],
  { onFailure }: Pick<StepOf<A>, 'onFailure'> = { onFailure: 'fail' },
): Step => ({ id, title, activity, input, after, usual, limit, onFailure }) as Step;

const grantsOf = (stack: string, { name, azure }: Plannable): StorageGrant[] =>
  (azure?.identity?.grants ?? []).map((grant) => ({ ...grant, identity: identityName(stack, name) }));

const federationsOf = (stack: string, { name, azure }: Plannable): Federation[] =>
  azure?.identity === undefined
    ? []
    : [
        {
          identity: identityName(stack, name),
          namespace: azure.identity.namespace,
          serviceAccount: azure.identity.serviceAccount,
        },
      ];
