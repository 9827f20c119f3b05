import type { AzureClients } from '../clients.ts';
import { parseId } from './ids.ts';
import type { ResourceInventory } from './resource-inventory.ts';

/** Tells whoever meets a storage account without its stack that it is kept, and since when. */
export const KEPT_TAG = 'matcha-kept';

/** Tags the account and the group that are kept with the date (ISO 8601), unless they are tagged already. */
export async function markKept(
  clients: AzureClients,
  { group }: ResourceInventory,
  kept: readonly string[],
  date: string,
): Promise<void> {
  const account = kept.map(parseId).find(({ type }) => type === 'microsoft.storage/storageaccounts');
  if (group === undefined || account === undefined) return;
  const { storageAccounts } = await clients.storage();
  const { tags = {} } = await storageAccounts.getProperties(account.group, account.name);
  if (tags[KEPT_TAG] === undefined) {
    await storageAccounts.update(account.group, account.name, { tags: { ...tags, [KEPT_TAG]: date } });
  }
  if (group.tags[KEPT_TAG] === undefined) {
    const { resourceGroups } = await clients.resources();
    await resourceGroups.update(account.group, { tags: { ...group.tags, [KEPT_TAG]: date } });
  }
}
