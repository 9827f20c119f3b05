import type { ResourceGroup } from '@azure/arm-resources';
import { isRestError } from '@azure/core-rest-pipeline';
import type { DestroyInput } from '../../domain/plan.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';
import { isNotFound, undefinedIfAbsent } from '../errors.ts';
import { isTeamAssignment } from '../team.ts';
import { apiVersions } from './api-versions.ts';
import { childrenOf } from './children.ts';
import { isResource, isWithin, isWithinAny, key, parseId } from './ids.ts';

/** A resource group, and whether Azure is already deleting it. */
export interface Group {
  id: string;
  isDeleting: boolean;
  tags: Record<string, string>;
}

/** A resource group that AKS created for the nodes of a cluster. */
export interface NodeGroup extends Group {
  cluster: string;
}

export interface RoleAssignment {
  id: string;
  scope: string;
  /** Whether it is of the stack: its principal is an identity, the cluster or its nodes, or Matcha assigned it to people. */
  isOwn: boolean;
}

/** All Azure resources of a stack: ids, as Azure writes them. */
export interface ResourceInventory {
  /** The stack's resource group; undefined when it does not exist or belongs to another owner. */
  group: Group | undefined;
  nodeGroups: NodeGroup[];
  /** Resources in these groups, and resources elsewhere with the stack's tag. */
  resources: string[];
  /** Child resources, which are deleted with their resource. */
  children: string[];
  assignments: RoleAssignment[];
  /** Deleted storage accounts that Azure can restore. */
  restorable: string[];
}

/**
 * Reads all Azure resources of a stack: its group, the node groups of its clusters, the resources in them or
 * with the stack's tag, their child resources, and the role assignments of its identities. An empty list does
 * not prove absence, because Azure hides from lists what the caller may not see: so the group is read by
 * name, and `known` resources by id.
 *
 * Not included: blob services, which are created and deleted only with their account; and deleted identities,
 * federated credentials, role assignments, registries, clusters and groups, which Azure cannot restore. It
 * can restore storage accounts.
 */
export async function readInventory(
  clients: AzureClients,
  options: AzureOptions,
  { stack, resourceGroup }: DestroyInput,
  known: readonly string[],
): Promise<ResourceInventory> {
  const { resourceGroups, resources } = await clients.resources();
  const [read, groups, tagged] = await Promise.all([
    resourceGroups.get(resourceGroup).catch(undefinedIfAbsent),
    Array.fromAsync(resourceGroups.list()),
    Array.fromAsync(resources.list({ filter: `tagName eq 'matcha-stack' and tagValue eq '${stack}'` })),
  ]);
  // Azure may miss a resource in one answer and show it in another. It exists when any answer shows it.
  const own = read ?? groups.find(({ name = '' }) => key(name) === key(resourceGroup));
  const group = own?.tags?.['matcha-stack'] === stack ? asGroup(own) : undefined;
  // A group of that name with another owner is not ours, nor is anything in it. A group that is gone may have
  // left resources elsewhere.
  const isForeign = own !== undefined && group === undefined;
  const groupId = `/subscriptions/${options.subscriptionId}/resourceGroups/${resourceGroup}`;
  const ours = [...(isForeign ? [] : [groupId]), ...tagged.map(({ id = '' }) => id)];
  const nodeGroups = groups
    .filter(({ managedBy = '' }) => isWithinAny(managedBy, ours))
    .map((found) => ({ ...asGroup(found), cluster: found.managedBy ?? '' }));
  const inGroups = await Promise.all(
    [...(group ? [group] : []), ...nodeGroups].map(({ id }) => resourcesIn(clients, parseId(id).name)),
  );
  const listed = unique([...inGroups.flat(), ...tagged], ({ id = '' }) => key(id));
  const ids = listed.map(({ id = '' }) => id);
  const unlisted = known.filter(
    (id) =>
      isResource(id) &&
      !ids.some((other) => key(other) === key(id)) &&
      !(own === undefined && isWithin(id, groupId)),
  );
  const hidden = await existingIds(clients, unlisted);
  const all = [...ids, ...hidden];
  const [children, identities, restorable] = await Promise.all([
    childrenOf(clients, all),
    principalsOf(clients, all),
    restorableAccounts(clients, [...ours, ...known]),
  ]);
  const principals = [...listed.map(({ identity }) => identity?.principalId ?? ''), ...identities];
  const scopes = [...ours, ...nodeGroups.map(({ id }) => id)];
  return {
    group,
    nodeGroups,
    resources: all,
    children,
    assignments: await assignmentsOf(clients, { principals, scopes, known }),
    restorable,
  };
}

/** All ids in an inventory, parents first. */
export const idsIn = ({
  group,
  nodeGroups,
  resources,
  children,
  assignments,
}: ResourceInventory): string[] => [
  ...(group ? [group.id] : []),
  ...nodeGroups.map(({ id }) => id),
  ...resources,
  ...children,
  ...assignments.map(({ id }) => id),
];

const asGroup = ({ id = '', tags = {}, properties }: ResourceGroup): Group => ({
  id,
  tags,
  isDeleting: properties?.provisioningState === 'Deleting',
});

async function resourcesIn(clients: AzureClients, group: string) {
  const { resources } = await clients.resources();
  try {
    return await Array.fromAsync(resources.listByResourceGroup(group));
  } catch (error) {
    if (isNotFound(error)) return []; // deleted since the group was listed
    throw error;
  }
}

/** The ids that exist, each read by id. */
async function existingIds(clients: AzureClients, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { resources } = await clients.resources();
  const versionOf = await apiVersions(clients, ids);
  const found = await Promise.all(
    ids.map((id) => resources.getById(id.slice(1), versionOf(id)).then(() => [id], undefinedIfAbsent)),
  );
  return found.flatMap((id) => id ?? []);
}

/** The principals of the user-assigned identities in the resources. */
async function principalsOf(clients: AzureClients, ids: readonly string[]): Promise<string[]> {
  const { userAssignedIdentities } = await clients.identities();
  const identities = ids
    .map(parseId)
    .filter(({ type }) => type === 'microsoft.managedidentity/userassignedidentities');
  const found = await Promise.all(
    identities.map(({ group, name }) => userAssignedIdentities.get(group, name).catch(undefinedIfAbsent)),
  );
  return found.flatMap((identity) => identity?.principalId ?? []);
}

/** Role assignments of the principals, those of any principal at the scopes, and the known ones. */
async function assignmentsOf(
  clients: AzureClients,
  about: { principals: readonly string[]; scopes: readonly string[]; known: readonly string[] },
): Promise<RoleAssignment[]> {
  const { roleAssignments } = await clients.authorization();
  const known = about.known.map(key);
  const found: RoleAssignment[] = [];
  for await (const assignment of roleAssignments.listForSubscription()) {
    const { id = '', scope = '', principalId = '' } = assignment;
    const isKnown = known.includes(key(id));
    const isOfStack = principalId !== '' && about.principals.includes(principalId);
    if (isOfStack || isKnown || isWithinAny(scope, about.scopes))
      found.push({ id, scope, isOwn: isOfStack || isKnown || isTeamAssignment(assignment) });
  }
  return found;
}

async function restorableAccounts(clients: AzureClients, scopes: readonly string[]): Promise<string[]> {
  const { deletedAccounts } = await clients.storage();
  try {
    const found = await Array.fromAsync(deletedAccounts.list());
    return found
      .filter(({ storageAccountResourceId = '' }) => isWithinAny(storageAccountResourceId, scopes))
      .map(({ id = '' }) => id);
  } catch (error) {
    // The list is informative only: that Azure refuses it must not prevent a destroy operation.
    if (isRestError(error) && [403, 404, 409].includes(error.statusCode ?? 0)) return [];
    throw error;
  }
}

const unique = <T>(items: readonly T[], by: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [by(item), item])).values(),
];
