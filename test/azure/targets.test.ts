import { expect, test } from 'vitest';
import type { Stock } from '../../lib/azure/removal/stock.ts';
import { goingOf, keptOf, targetsOf } from '../../lib/azure/removal/targets.ts';

const group = '/subscriptions/s/resourceGroups/demo-resources';
const nodeGroup = '/subscriptions/s/resourceGroups/MC_demo';
const account = `${group}/providers/Microsoft.Storage/storageAccounts/demost`;
const cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/demo-k8s`;
const container = `${account}/blobServices/default/containers/mlflow`;
const role = (scope: string, name: string) =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;

const stock = (changes: Partial<Stock> = {}): Stock => ({
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
  expect(targetsOf(stock(), [])).toEqual({ roles: [role('/subscriptions/s', 'outside')], roots: [group] });
});

test('what is kept stays with its group, its containers and the roles of others; the rest goes one by one', () => {
  const kept = keptOf(stock(), 'demost');
  expect(kept).toEqual([group, account, container, role(account, 'theirs')]);
  expect(goingOf(stock(), kept)).not.toContain(account);
  expect(targetsOf(stock(), kept)).toEqual({
    roles: [role('/subscriptions/s', 'outside'), role(container, 'inside')],
    roots: [cluster],
  });
});

test('nothing is kept without the account, and a node group without its cluster goes by itself', () => {
  expect(keptOf(stock({ resources: [cluster] }), 'demost')).toEqual([]);
  expect(keptOf(stock(), undefined)).toEqual([]);
  expect(targetsOf(stock({ resources: [account] }), []).roots).toEqual([group, nodeGroup]);
});
