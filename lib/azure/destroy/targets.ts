import { isWithin, isWithinAny, key, parseId } from './ids.ts';
import { idsIn, type ResourceInventory } from './resource-inventory.ts';

/**
 * What to delete next. Roles come before their identities, because role assignments of a deleted identity
 * cannot be found.
 */
export interface Targets {
  roles: string[];
  /**
   * The ids whose deletion includes everything else: the group, or the resources in it one by one, and
   * resources elsewhere.
   */
  roots: string[];
}

/**
 * The ids that stay when the data is kept: the storage account with its containers, its group, and the role
 * assignments of other principals there. Empty when there is no such account. The account is found by its name alone,
 * which is unique in all of Azure: it stays also when Azure does not show its group.
 */
export function keptIds(inventory: ResourceInventory, storageAccount: string | undefined): string[] {
  const { group, resources, children, assignments } = inventory;
  const account = resources.find((id) => {
    const { type, name } = parseId(id);
    return type === 'microsoft.storage/storageaccounts' && name === storageAccount;
  });
  if (account === undefined) return [];
  const home = group !== undefined && isWithin(account, group.id) ? [group.id] : [];
  const stays = ({ scope }: { scope: string }) =>
    home.some((id) => key(id) === key(scope)) || isWithin(scope, account);
  return [
    ...home,
    account,
    ...children.filter((id) => isWithin(id, account)),
    ...assignments.filter((assignment) => !assignment.isOwn && stays(assignment)).map(({ id }) => id),
  ];
}

/** The ids to delete. */
export const idsToDelete = (inventory: ResourceInventory, kept: readonly string[]): string[] => {
  const stays = new Set(kept.map(key));
  return idsIn(inventory).filter((id) => !stays.has(key(id)));
};

/** The targets that delete everything that is not kept. */
export function targetsOf(inventory: ResourceInventory, kept: readonly string[]): Targets {
  const going = new Set(idsToDelete(inventory, kept));
  const { group, nodeGroups, resources, assignments } = inventory;
  const wholeGroup = group && going.has(group.id) ? [group.id] : [];
  // A node group is deleted with its cluster; alone only when its cluster is gone.
  const hasCluster = ({ cluster }: { cluster: string }) => resources.some((id) => key(id) === key(cluster));
  const orphans = nodeGroups.filter((nodeGroup) => !hasCluster(nodeGroup)).map(({ id }) => id);
  const groups = [...wholeGroup, ...nodeGroups.map(({ id }) => id)];
  const roots = [
    ...wholeGroup,
    ...orphans,
    ...resources.filter((id) => going.has(id) && !isWithinAny(id, groups)),
  ];
  const roles = assignments.filter(
    ({ id, scope }) => going.has(id) && !isWithinAny(scope, [...groups, ...roots]),
  );
  return { roles: roles.map(({ id }) => id), roots };
}
