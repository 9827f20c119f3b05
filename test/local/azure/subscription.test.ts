import { expect, test } from 'vitest';
import { account, cluster, LOCATION, start } from './harness.ts';

const GROUP = 'demo-resources';

test('a disabled subscription is read-only', async () => {
  const { azure, groups } = await start();
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  const enable = azure.changeSubscription({ state: 'Disabled' });
  await expect(groups.resourceGroups.createOrUpdate('other', { location: LOCATION })).rejects.toMatchObject({
    statusCode: 409,
    code: 'ReadOnlyDisabledSubscription',
  });
  expect((await groups.resourceGroups.get(GROUP)).name).toBe(GROUP);
  enable();
  await groups.resourceGroups.createOrUpdate('other', { location: LOCATION });
});

test('a provider must be registered before its resources can be created', async () => {
  const { azure, groups, storage } = await start();
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  azure.changeSubscription({ unregistered: ['microsoft.storage'] });
  expect((await groups.providers.get('Microsoft.Storage')).registrationState).toBe('NotRegistered');
  const create = async () => storage.storageAccounts.create(GROUP, 'demostorage1', account()).submitted();
  await expect(create()).rejects.toMatchObject({ statusCode: 409, code: 'MissingSubscriptionRegistration' });
  await groups.providers.register('Microsoft.Storage');
  await create();
});

test('the permissions of the control plane limit its requests', async () => {
  const { azure, groups, roles } = await start();
  azure.changeSubscription({ permissions: [{ actions: ['*/read'], notActions: [] }] });
  await expect(groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION })).rejects.toMatchObject({
    statusCode: 403,
    code: 'AuthorizationFailed',
    message: expect.stringContaining('Microsoft.Resources/subscriptions/resourceGroups/write') as unknown,
  });
  const { permissions } = roles;
  expect(await Array.fromAsync(permissions.listForResourceGroup(GROUP))).toMatchObject([
    { actions: ['*/read'] },
  ]);
});

test('a restricted VM size is rejected in its region', async () => {
  const { aks, azure, groups } = await start();
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  azure.changeSubscription({ restricted: { [LOCATION]: ['standard_d4s_v5'] } });
  const create = async () => aks.managedClusters.createOrUpdate(GROUP, 'demo', cluster()).submitted();
  await expect(create()).rejects.toMatchObject({
    statusCode: 400,
    message: expect.stringMatching(/VM size of Standard_D4s_v5 is not allowed/) as unknown,
  });
});
