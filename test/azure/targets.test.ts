import { expect, test } from 'vitest';
import type { ResourceInventory } from '../../lib/azure/destroy/resource-inventory.ts';
import { idsToDelete, keptIds, targetsOf } from '../../lib/azure/destroy/targets.ts';

const group = '/subscriptions/s/resourceGroups/demo-resources';
const nodeGroup = '/subscriptions/s/resourceGroups/MC_demo';
const account = `${group}/providers/Microsoft.Storage/storageAccounts/demost`;
const cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/demo-k8s`;
const container = `${account}/blobServices/default/containers/mlflow`;
const role = (scope: string, name: string) =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;

const inventory = (changes: Partial<ResourceInventory> = {}): ResourceInventory => ({
  group: { id: group, isDeleting: false, tags: {} },
  nodeGroups: [{ id: nodeGroup, isDeleting: false, tags: {}, cluster }],
  resources: [account, cluster],
  children: [container],
  assignments: [
    { id: role('/subscriptions/s', 'outside'), scope: '/subscriptions/s', isOwn: true },
    { id: role(container, 'inside'), scope: container, isOwn: true },
    { id: role(account, 'theirs'), scope: account, isOwn: false },
  ],
  restorable: [],
  ...changes,
});

test('deleting the group deletes everything in it, and a role outside it is deleted separately', () => {
  expect(targetsOf(inventory(), [])).toEqual({
    roles: [role('/subscriptions/s', 'outside')],
    roots: [group],
  });
});

test('kept data includes its group, its containers and foreign roles, and other resources are deleted individually', () => {
  const kept = keptIds(inventory(), 'demost');
  expect(kept).toEqual([group, account, container, role(account, 'theirs')]);
  expect(idsToDelete(inventory(), kept)).not.toContain(account);
  expect(targetsOf(inventory(), kept)).toEqual({
    roles: [role('/subscriptions/s', 'outside'), role(container, 'inside')],
    roots: [cluster],
  });
});

test('the data is kept also when Azure does not show its group', () => {
  const hidden = inventory({ group: undefined });
  const kept = keptIds(hidden, 'demost');
  expect(kept).toEqual([account, container, role(account, 'theirs')]);
  expect(targetsOf(hidden, kept).roots).toEqual([cluster]);
});

test('nothing is kept without the account, and a node group without its cluster is deleted separately', () => {
  expect(keptIds(inventory({ resources: [cluster] }), 'demost')).toEqual([]);
  expect(keptIds(inventory(), undefined)).toEqual([]);
  expect(targetsOf(inventory({ resources: [account] }), []).roots).toEqual([group, nodeGroup]);
});
