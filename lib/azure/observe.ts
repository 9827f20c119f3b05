import type { ManagedCluster } from '@azure/arm-containerservice';
import type { ObservedResource } from '../domain/changes.ts';
import type { MergePatch, PropertyChange } from '../domain/merge-patch.ts';
import { ready, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput, Step, StepInputs } from '../domain/plan.ts';
import { KINDS, type ResourceKind } from '../domain/resource-kinds.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { CONTROL_PLANE_DEFAULTS, desiredControlPlane } from './desired/control-plane.ts';
import { desiredIdentity } from './desired/identity.ts';
import { differencesOf, type Defaults } from './desired/normal-form.ts';
import {
  desiredPool,
  desiredPools,
  leftoverPools,
  nodeSizeInUse,
  poolName,
  type Pool,
} from './desired/pool.ts';
import { desiredRegistry, REGISTRY_DEFAULTS } from './desired/registry.ts';
import { desiredGroup } from './desired/resource-group.ts';
import { ACCOUNT_DEFAULTS, desiredAccount, desiredBlobService } from './desired/storage.ts';
import { undefinedIfAbsent } from './errors.ts';
import { attempt } from './reconcile.ts';
import { observeTeam } from './team.ts';
import { findUnused } from './unused.ts';
import { isVersion } from './versions.ts';

type Found = Omit<ObservedResource, 'step'>;

/**
 * What the steps of a plan change in Azure. Only reads, with one short request per resource. Without the
 * resource group, nothing in it exists.
 */
export const observe = (
  clients: AzureClients,
  options: AzureOptions,
  steps: readonly Step[],
): Promise<Outcome<ObservedResource[]>> =>
  attempt(clients, 'Resources of the stack', async () => {
    const group = steps.find((step) => step.activity === 'ensureResourceGroup');
    const found = group && (await observeGroup(clients, group.input));
    const isNew = found?.change === 'added';
    const observed = await Promise.all(
      steps.map(async (step) => {
        const resources = step === group ? found : await observeStep(clients, options, step, isNew);
        return [resources ?? []].flat().map((resource) => ({ ...resource, step: step.id }));
      }),
    );
    return ready(observed.flat());
  });

function observeStep(
  clients: AzureClients,
  options: AzureOptions,
  step: Step,
  isNew: boolean,
): Promise<Found[]> {
  switch (step.activity) {
    case 'ensureStorage':
      return observeStorage(clients, step.input, isNew);
    case 'ensureRegistry':
      return observeRegistry(clients, step.input, isNew);
    case 'ensureIdentities':
      return observeIdentities(clients, step.input, isNew);
    case 'removeUnused':
      return isNew ? Promise.resolve([]) : observeUnused(clients, step.input);
    case 'ensureCluster':
      return observeCluster(clients, step.input, isNew);
    case 'ensureTeamAccess':
      return observeTeam(clients, options, step.input, isNew);
    default:
      return Promise.resolve([]);
  }
}

async function observeGroup(clients: AzureClients, input: StepInputs['ensureResourceGroup']): Promise<Found> {
  const { resourceGroups } = await clients.resources();
  const found = await resourceGroups.get(input.resourceGroup).catch(undefinedIfAbsent);
  const observed = compare(KINDS.group, input.resourceGroup, found, desiredGroup(input));
  // A new generation is not a change of the stack.
  return withProperties(
    observed,
    observed.properties.filter(({ path }) => path !== 'tags.matcha-generation'),
  );
}

async function observeStorage(
  clients: AzureClients,
  input: StepInputs['ensureStorage'],
  isNew: boolean,
): Promise<Found[]> {
  const { resourceGroup, account, containers } = input;
  const { storageAccounts, blobServices, blobContainers } = await clients.storage();
  const found = isNew
    ? undefined
    : await storageAccounts.getProperties(resourceGroup, account).catch(undefinedIfAbsent);
  const observed = compare(KINDS.account, account, found, desiredAccount(input), ACCOUNT_DEFAULTS);
  if (found?.provisioningState !== 'Succeeded')
    return [observed, ...containers.map((name) => added(KINDS.container, name))];
  const [service, existing] = await Promise.all([
    blobServices.getServiceProperties(resourceGroup, account),
    Array.fromAsync(blobContainers.list(resourceGroup, account), ({ name }) => name),
  ]);
  return [
    withProperties(observed, [...observed.properties, ...differencesOf(service, desiredBlobService)]),
    ...containers.map((name) =>
      existing.includes(name) ? unchanged(KINDS.container, name) : added(KINDS.container, name),
    ),
  ];
}

async function observeRegistry(
  clients: AzureClients,
  input: StepInputs['ensureRegistry'],
  isNew: boolean,
): Promise<Found[]> {
  const { resourceGroup, registry } = input;
  const { registries } = await clients.registries();
  const found = isNew ? undefined : await registries.get(resourceGroup, registry).catch(undefinedIfAbsent);
  return [compare(KINDS.registry, registry, found, desiredRegistry(input), REGISTRY_DEFAULTS)];
}

async function observeIdentities(
  clients: AzureClients,
  input: StepInputs['ensureIdentities'],
  isNew: boolean,
): Promise<Found[]> {
  const { userAssignedIdentities } = await clients.identities();
  const existing = isNew
    ? []
    : await Array.fromAsync(userAssignedIdentities.listByResourceGroup(input.resourceGroup));
  return input.identities.map(
    (name) =>
    compare(KINDS.identity, name, existing.find((identity) => identity.name === name), desiredIdentity(input)), // prettier-ignore
  );
}

async function observeCluster(clients: AzureClients, input: ClusterInput, isNew: boolean): Promise<Found[]> {
  const { resourceGroup, cluster, size } = input;
  const { managedClusters } = await clients.clusters();
  const found = isNew
    ? undefined
    : await managedClusters.get(resourceGroup, cluster).catch(undefinedIfAbsent);
  const existing = found?.agentPoolProfiles ?? [];
  const sizes = [size.nodeSize, ...(size.onShortage.do === 'fallback' ? size.onShortage.nodeSizes : [])];
  const nodeSize = sizes[nodeSizeInUse(existing, sizes)] ?? size.nodeSize;
  const pools = desiredPools({ ...size, nodeSize });
  const controlPlane = compare(KINDS.cluster, cluster, found, desiredControlPlane(input), CONTROL_PLANE_DEFAULTS); // prettier-ignore
  return [
    withProperties(controlPlane, [...controlPlane.properties, ...clusterDifferences(found, size)]),
    ...pools.map((pool) => observePool(existing, pool, size)),
    ...leftoverPools(existing, pools).map(({ name }) => ({ ...added(KINDS.pool, name), change: 'removed' as const })), // prettier-ignore
  ];
}

async function observeUnused(clients: AzureClients, input: StepInputs['removeUnused']): Promise<Found[]> {
  const { registry, identities } = await findUnused(clients, input);
  const removed = (kind: ResourceKind, name = ''): Found => ({ ...added(kind, name), change: 'removed' });
  return [
    ...(registry === undefined
      ? []
      : [
          {
            ...removed(KINDS.registry, registry.name),
            loses: `${KINDS.registry} ${registry.name ?? ''} and all its images`,
          },
        ]),
    ...identities.map(({ name }) => removed(KINDS.identity, name)),
  ];
}

/** The power state and the version of the cluster, which AKS changes in separate operations. */
function clusterDifferences(found: ManagedCluster | undefined, size: ClusterInput['size']): PropertyChange[] {
  if (found === undefined) return [];
  return [
    ...(found.powerState?.code === 'Stopped'
      ? [{ path: 'powerState', before: 'Stopped', after: 'Running' }]
      : []),
    ...versionDifference(found.currentKubernetesVersion, size.kubernetesVersion),
  ];
}

function observePool(
  existing: NonNullable<ManagedCluster['agentPoolProfiles']>,
  pool: Pool,
  size: ClusterInput['size'],
): Found {
  const name = poolName(pool);
  const found = existing.find((profile) => profile.name === name);
  const observed = compare(KINDS.pool, name, found, desiredPool(pool));
  if (found === undefined) return observed;
  return withProperties(observed, [
    ...observed.properties,
    ...versionDifference(found.currentOrchestratorVersion, size.kubernetesVersion),
  ]);
}

const versionDifference = (current: string | undefined, wanted: string | undefined): PropertyChange[] =>
  wanted === undefined || isVersion(current, wanted)
    ? []
    : [{ path: 'kubernetesVersion', ...(current !== undefined && { before: current }), after: wanted }];

/** A resource whose last change failed is changed again; a change in progress is waited for. */
function compare<T extends object & { provisioningState?: string }>(
  kind: ResourceKind,
  name: string,
  found: T | undefined,
  desired: MergePatch<T>,
  defaults?: Defaults<T>,
): Found {
  if (found === undefined) return added(kind, name);
  const state = found.provisioningState;
  return withProperties(unchanged(kind, name), [
    ...differencesOf(found, desired, defaults),
    ...(state !== undefined && state !== 'Succeeded'
      ? [{ path: 'provisioningState', before: state, after: 'Succeeded' }]
      : []),
  ]);
}

const added = (kind: ResourceKind, name: string): Found => ({ change: 'added', kind, name, properties: [] });
const unchanged = (kind: ResourceKind, name: string): Found => ({
  change: 'unchanged',
  kind,
  name,
  properties: [],
});

const withProperties = (found: Found, properties: PropertyChange[]): Found =>
  found.change === 'added'
    ? found
    : { ...found, change: properties.length === 0 ? 'unchanged' : 'changed', properties };
