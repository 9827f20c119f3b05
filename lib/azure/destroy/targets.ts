import { isWithin, isWithinAny, key, parseId } from './ids.ts';
import { idsIn, type ResourceInventory } from './resource-inventory.ts';

/** What is deleted next: roles before the identities that hold them, for then nothing leads to them any more. */
export interface Targets {
  roles: string[];
  /** What takes everything else along: the group, or what is in it one by one, and what is elsewhere. */
  roots: string[];
}

/**
 * What stays when the data is kept: the storage account with its containers, the group that it is in, and the
 * roles that others than the stack itself have there. Nothing, where there is no such account.
 */
export function keptIds(inventory: ResourceInventory, storageAccount: string | undefined): string[] {
  const { group, resources, children, assignments } = inventory;
  if (group === undefined || storageAccount === undefined) return [];
  const account = resources.find((id) => {
    const { type, name } = parseId(id);
    return type === 'microsoft.storage/storageaccounts' && name === storageAccount && isWithin(id, group.id);
  });
  if (account === undefined) return [];
  const stays = ({ scope }: { scope: string }) => key(scope) === key(group.id) || isWithin(scope, account);
  return [
    group.id,
    account,
    ...children.filter((id) => isWithin(id, account)),
    ...assignments.filter((assignment) => !assignment.isOwn && stays(assignment)).map(({ id }) => id),
  ];
}

/** The ids that are to be deleted. */
export const idsToDelete = (inventory: ResourceInventory, kept: readonly string[]): string[] => {
  const stays = new Set(kept.map(key));
  return idsIn(inventory).filter((id) => !stays.has(key(id)));
};

/** What to delete so that everything goes that is not kept. */
export function targetsOf(inventory: ResourceInventory, kept: readonly string[]): Targets {
  const going = new Set(idsToDelete(inventory, kept));
  const { group, nodeGroups, resources, assignments } = inventory;
  const wholeGroup = group && going.has(group.id) ? [group.id] : [];
  // A node group goes with its cluster, and by itself only when there is no cluster any more.
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
