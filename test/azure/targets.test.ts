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

test('the group takes everything in it along; a role elsewhere goes by itself', () => {
  expect(targetsOf(inventory(), [])).toEqual({
    roles: [role('/subscriptions/s', 'outside')],
    roots: [group],
  });
});

test('what is kept stays with its group, its containers and the roles of others; the rest goes one by one', () => {
  const kept = keptIds(inventory(), 'demost');
  expect(kept).toEqual([group, account, container, role(account, 'theirs')]);
  expect(idsToDelete(inventory(), kept)).not.toContain(account);
  expect(targetsOf(inventory(), kept)).toEqual({
    roles: [role('/subscriptions/s', 'outside'), role(container, 'inside')],
    roots: [cluster],
  });
});

test('nothing is kept without the account, and a node group without its cluster goes by itself', () => {
  expect(keptIds(inventory({ resources: [cluster] }), 'demost')).toEqual([]);
  expect(keptIds(inventory(), undefined)).toEqual([]);
  expect(targetsOf(inventory({ resources: [account] }), []).roots).toEqual([group, nodeGroup]);
});
