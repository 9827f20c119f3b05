import type { Azure, Reply, Resource } from './arm.ts';
import { isoNow, removeTree } from './resources.ts';

/** Days for which a deleted storage account can be restored. It cannot be purged earlier. */
const RESTORABLE_DAYS = 14;

/** Deletes an account and records that it can be restored. */
export function removeAccount(azure: Azure, key: string): void {
  const account = azure.resources.get(key);
  removeTree(azure, key);
  if (!account) return;
  const { id, name, location = '', properties } = account;
  const base = `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Storage/locations/${location}`;
  const deletionTime = isoNow(azure);
  const deleted: Resource = {
    id: `${base}/deletedAccounts/${name}`,
    name,
    type: 'Microsoft.Storage/deletedAccounts',
    properties: {
      storageAccountResourceId: id,
      location,
      restoreReference: `${name}|${deletionTime}`,
      creationTime: properties['creationTime'],
      deletionTime,
    },
  };
  azure.deletedAccounts.set(key, deleted);
}

/** The deleted accounts that can be restored. An account whose name is in use again cannot. */
export function listDeletedAccounts(azure: Azure): Reply {
  const since = azure.clock.now() - RESTORABLE_DAYS * 24 * 3600 * 1000;
  const value = azure.deletedAccounts
    .entries()
    .filter(([key]) => !azure.resources.get(key))
    .map(([, account]) => account)
    .filter(({ properties }) => Date.parse(String(properties['deletionTime'])) > since);
  return { status: 200, body: { value } };
}
