import type { ResourceGroup } from '@azure/arm-resources';
import { isRestError } from '@azure/core-rest-pipeline';
import type { DestroyInput } from '../../domain/plan.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';
import { isNotFound, undefinedIfAbsent } from '../errors.ts';
import { apiVersions } from './api-versions.ts';
import { childrenOf } from './children.ts';
import { isResource, isWithin, isWithinAny, key, parseId } from './ids.ts';

/** A resource group, and whether Azure is deleting it already. */
export interface Group {
  id: string;
  isDeleting: boolean;
  tags: Record<string, string>;
}

/** A group that AKS made for the nodes of a cluster. */
export interface NodeGroup extends Group {
  cluster: string;
}

export interface RoleAssignment {
  id: string;
  scope: string;
  /** Whether it is a role of the stack's own: of one of its identities, its cluster or its nodes. */
  isOwn: boolean;
}

/** Everything that Azure has of a stack: ids, as Azure writes them. */
export interface ResourceInventory {
  /** The stack's group; undefined when there is none, or when it belongs to somebody else. */
  group: Group | undefined;
  nodeGroups: NodeGroup[];
  /** Resources in these groups, and wherever else one has the stack's tag. */
  resources: string[];
  /** What is a part of a resource and goes with it. */
  children: string[];
  assignments: RoleAssignment[];
  /** Deleted storage accounts that Azure can bring back. */
  restorable: string[];
}

/**
 * Asks Azure for everything of a stack: its group, the groups of its clusters' nodes, every resource in them
 * or with the stack's tag, their parts, and the roles of its identities wherever they are. Nothing counts as
 * absent because a list was empty: Azure leaves out of lists what a caller may not see, so the group is asked
 * for by name, and `known` resources that no list shows are asked for by id.
 *
 * Not looked for, since Azure has no such thing: a blob service, which is its account (made and deleted with
 * it, and by no request of its own); deleted identities, federated credentials, role assignments, registries,
 * clusters and groups, which are gone at once and cannot be brought back. Storage accounts can.
 */
export async function readInventory(
  clients: AzureClients,
  options: AzureOptions,
  { stack, resourceGroup }: DestroyInput,
  known: readonly string[],
): Promise<ResourceInventory> {
  const { resourceGroups, resources } = await clients.resources();
  const [own, groups, tagged] = await Promise.all([
    resourceGroups.get(resourceGroup).catch(undefinedIfAbsent),
    Array.fromAsync(resourceGroups.list()),
    Array.fromAsync(resources.list({ filter: `tagName eq 'matcha-stack' and tagValue eq '${stack}'` })),
  ]);
  const group = own?.tags?.['matcha-stack'] === stack ? asGroup(own) : undefined;
  // Somebody else's group of that name is theirs, with all that is in it. One that is gone may have left something.
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
  const hidden = await whatExists(clients, unlisted);
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

/** Every id in an inventory, what holds others first. */
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
    if (isNotFound(error)) return []; // gone between the two questions
    throw error;
  }
}

/** Those of the ids that Azure has, asked for one by one. */
async function whatExists(clients: AzureClients, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { resources } = await clients.resources();
  const versionOf = await apiVersions(clients, ids);
  const found = await Promise.all(
    ids.map((id) => resources.getById(id.slice(1), versionOf(id)).then(() => [id], undefinedIfAbsent)),
  );
  return found.flatMap((id) => id ?? []);
}

/** The principals of the user-assigned identities among the resources. */
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

/** The roles of the principals, the roles of anybody at the scopes, and the known ones. */
async function assignmentsOf(
  clients: AzureClients,
  about: { principals: readonly string[]; scopes: readonly string[]; known: readonly string[] },
): Promise<RoleAssignment[]> {
  const { roleAssignments } = await clients.authorization();
  const known = about.known.map(key);
  const found: RoleAssignment[] = [];
  for await (const { id = '', scope = '', principalId = '' } of roleAssignments.listForSubscription()) {
    const isOwn = principalId !== '' && about.principals.includes(principalId);
    if (isOwn || isWithinAny(scope, about.scopes) || known.includes(key(id)))
      found.push({ id, scope, isOwn: isOwn || known.includes(key(id)) });
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
    // It only tells what could be brought back; that Azure refuses to tell must not keep a stack alive.
    if (isRestError(error) && [403, 404, 409].includes(error.statusCode ?? 0)) return [];
    throw error;
  }
}

const unique = <T>(items: readonly T[], by: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [by(item), item])).values(),
];
