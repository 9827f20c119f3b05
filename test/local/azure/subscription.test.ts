import { expect, test } from 'vitest';
import { account, cluster, LOCATION, start } from './harness.ts';

const GROUP = 'demo-resources';

test('a disabled subscription can be read and not written', async () => {
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

test('a service is usable once the subscription is registered for it', async () => {
  const { azure, groups, storage } = await start();
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  azure.changeSubscription({ unregistered: ['microsoft.storage'] });
  expect((await groups.providers.get('Microsoft.Storage')).registrationState).toBe('NotRegistered');
  const create = async () => storage.storageAccounts.create(GROUP, 'demostorage1', account()).submitted();
  await expect(create()).rejects.toMatchObject({ statusCode: 409, code: 'MissingSubscriptionRegistration' });
  await groups.providers.register('Microsoft.Storage');
  await create();
});

test('the roles of the control plane bound what it may do', async () => {
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

test('a VM size that is restricted in a region is refused there', async () => {
  const { aks, azure, groups } = await start();
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  azure.changeSubscription({ restricted: { [LOCATION]: ['standard_d4s_v5'] } });
  const create = async () => aks.managedClusters.createOrUpdate(GROUP, 'demo', cluster()).submitted();
  await expect(create()).rejects.toMatchObject({
    statusCode: 400,
    message: expect.stringMatching(/VM size of Standard_D4s_v5 is not allowed/) as unknown,
  });
});
