import { expect, test } from 'vitest';
import { arm } from '../../helpers/azure.ts';
import { account, finish, LOCATION, start } from './harness.ts';

const GROUP = 'demo-resources';
const ACCOUNT = `/resourceGroups/${GROUP}/providers/Microsoft.Storage/storageAccounts/demostorage1`;
const LOCKS = 'providers/Microsoft.Authorization/locks';
const VERSION = 'api-version=2020-05-01';

async function startWithAccount() {
  const simulation = await start({ speed: 500 });
  await simulation.groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  await finish(simulation.clock, simulation.storage.storageAccounts.create(GROUP, 'demostorage1', account()));
  const lock = (scope: string, level: string) =>
    arm(simulation.azure, 'PUT', `${scope}/${LOCKS}/keep?${VERSION}`, { properties: { level } });
  return { ...simulation, lock };
}

test('a CanNotDelete lock blocks the deletion of its resource, of child resources and of the group', async () => {
  const { azure, groups, storage, lock } = await startWithAccount();
  await expect(lock(ACCOUNT, 'Never')).rejects.toThrow('InvalidLockLevel');
  await lock(ACCOUNT, 'CanNotDelete');
  await storage.blobContainers.create(GROUP, 'demostorage1', 'mlflow', {});
  const rejected = { statusCode: 409, code: 'ScopeLocked' };
  await expect(storage.blobContainers.delete(GROUP, 'demostorage1', 'mlflow')).rejects.toMatchObject(
    rejected,
  );
  await expect(storage.storageAccounts.delete(GROUP, 'demostorage1')).rejects.toMatchObject(rejected);
  await expect(groups.resourceGroups.delete(GROUP)).rejects.toMatchObject({
    ...rejected,
    message: expect.stringContaining(
      `following scope(s) are locked: '/subscriptions/${azure.subscriptionId}${ACCOUNT}'`,
    ) as string,
  });
  const { value } = await arm<{ value: { name: string }[] }>(azure, 'GET', `/${LOCKS}?${VERSION}`);
  expect(value.map(({ name }) => name)).toEqual(['keep']);
  await arm(azure, 'DELETE', `${ACCOUNT}/${LOCKS}/keep?${VERSION}`);
  await storage.storageAccounts.delete(GROUP, 'demostorage1');
});

test('a ReadOnly lock also blocks writes', async () => {
  const { groups, storage, lock } = await startWithAccount();
  await lock(`/resourceGroups/${GROUP}`, 'ReadOnly');
  await expect(storage.storageAccounts.listKeys(GROUP, 'demostorage1')).rejects.toMatchObject({
    code: 'ScopeLocked',
  });
  await expect(groups.resourceGroups.update(GROUP, { tags: {} })).rejects.toMatchObject({
    code: 'ScopeLocked',
  });
  expect((await storage.storageAccounts.getProperties(GROUP, 'demostorage1')).name).toBe('demostorage1');
});

test('a policy denies the deletion of a resource and of its group', async () => {
  const { azure, groups, storage } = await startWithAccount();
  azure.denyDelete({ policy: 'keep-data', resource: /storageaccounts/ });
  const denied = { statusCode: 403, code: 'RequestDisallowedByPolicy' };
  await expect(storage.storageAccounts.delete(GROUP, 'demostorage1')).rejects.toMatchObject(denied);
  await expect(groups.resourceGroups.delete(GROUP)).rejects.toMatchObject({
    ...denied,
    message: expect.stringContaining('"name":"keep-data"') as string,
  });
});

test('a deleted account can be restored unless its name is in use again', async () => {
  const { azure, clock, groups, storage } = await startWithAccount();
  const restorable = () =>
    Array.fromAsync(
      storage.deletedAccounts.list(),
      ({ storageAccountResourceId }) => storageAccountResourceId,
    );
  expect(await restorable()).toEqual([]);
  await finish(clock, groups.resourceGroups.delete(GROUP));
  expect(await restorable()).toEqual([`/subscriptions/${azure.subscriptionId}${ACCOUNT}`]);
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  await finish(clock, storage.storageAccounts.create(GROUP, 'demostorage1', account()));
  expect(await restorable()).toEqual([]);
});

test('a deletion without effect leaves the resource and blocks the deletion of its group', async () => {
  const { azure, clock, groups } = await startWithAccount();
  azure.injectFault({ resource: /demostorage1/, verb: 'delete', hasNoEffect: true });
  await expect(finish(clock, groups.resourceGroups.delete(GROUP))).rejects.toMatchObject({
    code: 'ResourceGroupDeletionBlocked',
  });
  expect(azure.inventory()).toContain(`/subscriptions/${azure.subscriptionId}${ACCOUNT}`);
});
