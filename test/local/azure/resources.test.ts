import { expect, test } from 'vitest';
import { restorePoller } from '@azure/arm-storage';
import { createClock } from '../../../local/clock.ts';
import { openDocumentStore } from '../../../local/document-store.ts';
import { account, cluster, finish, LOCATION, start } from './harness.ts';

const GROUP = 'demo-resources';

async function startWithGroup(options: Parameters<typeof start>[0] = {}) {
  const simulation = await start(options);
  await simulation.groups.resourceGroups.createOrUpdate(GROUP, {
    location: LOCATION,
    tags: { stack: 'demo' },
  });
  return simulation;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test('a resource group has an immutable location and is listed by its tags', async () => {
  const { groups } = await startWithGroup();
  await groups.resourceGroups.createOrUpdate('other', { location: 'UK South' });
  const updated = await groups.resourceGroups.update(GROUP, { tags: { stack: 'demo', owner: 'me' } });
  expect(updated.tags).toEqual({ stack: 'demo', owner: 'me' });
  const filter = "tagName eq 'stack' and tagValue eq 'demo'";
  expect((await all(groups.resourceGroups.list({ filter }))).map(({ name }) => name)).toEqual([GROUP]);
  expect((await groups.resourceGroups.get('other')).location).toBe('uksouth');
  expect((await groups.resourceGroups.checkExistence('missing')).body).toBe(false);
  await expect(groups.resourceGroups.createOrUpdate(GROUP, { location: 'westeurope' })).rejects.toMatchObject(
    {
      statusCode: 409,
      code: 'InvalidResourceGroupLocation',
      message:
        "Invalid resource group location 'westeurope'. The Resource group already exists in location 'uksouth'.",
    },
  );
  await expect(groups.resourceGroups.get('missing')).rejects.toMatchObject({
    statusCode: 404,
    code: 'ResourceGroupNotFound',
  });
});

test('deleting a group deletes everything in it and takes as long as its slowest resource', async () => {
  const { aks, azure, clock, backend, groups, identities, roles, storage } = await startWithGroup({
    speed: 500,
  });
  await finish(clock, aks.managedClusters.createOrUpdate(GROUP, 'demo-k8s', cluster()));
  await finish(clock, storage.storageAccounts.create(GROUP, 'demostorage1', account()));
  const identity = await identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', {
    location: LOCATION,
  });
  const role = {
    roleDefinitionId: `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`,
    principalId: identity.principalId ?? '',
    principalType: 'ServicePrincipal',
  };
  const groupScope = `/subscriptions/${azure.subscriptionId}/resourceGroups/${GROUP}`;
  await roles.roleAssignments.create(groupScope, '11111111-1111-1111-1111-111111111111', role);
  const outside = await roles.roleAssignments.create(
    `/subscriptions/${azure.subscriptionId}`,
    '22222222-2222-2222-2222-222222222222',
    role,
  );

  const startedAt = clock.now();
  const poller = groups.resourceGroups.delete(GROUP);
  await poller.submitted();
  expect((await groups.resourceGroups.get(GROUP)).properties?.provisioningState).toBe('Deleting');
  await expect(storage.storageAccounts.create(GROUP, 'demostorage2', account())).rejects.toMatchObject({
    statusCode: 409,
    code: 'ResourceGroupBeingDeleted',
  });
  await finish(clock, poller);
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(225_000);
  expect(azure.inventory()).toEqual([outside.id]);
  expect(backend.clusters.size).toBe(0);
  await expect(groups.resourceGroups.delete(GROUP)).rejects.toMatchObject({ statusCode: 404 });
});

test('a resource that cannot be deleted blocks the deletion of its group', async () => {
  const { azure, clock, groups, identities } = await startWithGroup();
  await identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', { location: LOCATION });
  azure.injectFault({
    resource: /demo-mlflow$/,
    verb: 'delete',
    failure: { code: 'InternalError', message: 'Try again.' },
  });
  await expect(finish(clock, groups.resourceGroups.delete(GROUP))).rejects.toMatchObject({
    code: 'ResourceGroupDeletionBlocked',
  });
  expect((await groups.resourceGroups.get(GROUP)).properties?.provisioningState).toBe('Succeeded');
  await finish(clock, groups.resourceGroups.delete(GROUP));
  expect(azure.inventory()).toEqual([]);
});

test('the resources of a group are listed with filters by type and tag', async () => {
  const { clock, groups, identities, storage } = await startWithGroup();
  await finish(
    clock,
    storage.storageAccounts.create(GROUP, 'demostorage1', { ...account(), tags: { stack: 'demo' } }),
  );
  await identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', { location: LOCATION });
  const types = async (filter?: string) =>
    (await all(groups.resources.listByResourceGroup(GROUP, filter === undefined ? {} : { filter }))).map(
      ({ type }) => type,
    );
  expect((await types()).sort()).toEqual([
    'Microsoft.ManagedIdentity/userAssignedIdentities',
    'Microsoft.Storage/storageAccounts',
  ]);
  expect(await types("resourceType eq 'Microsoft.Storage/storageAccounts'")).toHaveLength(1);
  expect(await types("tagName eq 'stack' and tagValue eq 'other'")).toEqual([]);
  await expect(types("name eq 'x'")).rejects.toMatchObject({ code: 'InvalidFilterInQueryString' });
});

test('a storage account is created with a Location poller and has containers and keys', async () => {
  const documents = openDocumentStore();
  const clock = createClock(100);
  const before = await startWithGroup({ documents, clock });
  const poller = before.storage.storageAccounts.create(GROUP, 'demostorage1', account());
  await poller.submitted();
  await expect(before.storage.storageAccounts.create(GROUP, 'demostorage1', account())).rejects.toMatchObject(
    {
      statusCode: 409,
      code: 'StorageAccountOperationInProgress',
    },
  );
  const serialized = await poller.serialize();
  await before.azure.close();

  const { storage } = await start({ documents, clock });
  const created = await finish(clock, restorePoller(storage, serialized, storage.storageAccounts.create));
  expect(created).toMatchObject({ provisioningState: 'Succeeded', location: LOCATION });
  const again = await finish(clock, storage.storageAccounts.create(GROUP, 'demostorage1', account()));
  expect(again?.creationTime).toEqual(created?.creationTime);

  await storage.blobServices.setServiceProperties(GROUP, 'demostorage1', { isVersioningEnabled: true });
  expect((await storage.blobServices.getServiceProperties(GROUP, 'demostorage1')).isVersioningEnabled).toBe(
    true,
  );
  await storage.blobContainers.create(GROUP, 'demostorage1', 'mlflow', {});
  await storage.blobContainers.create(GROUP, 'demostorage1', 'mlflow', {});
  expect((await all(storage.blobContainers.list(GROUP, 'demostorage1'))).map(({ name }) => name)).toEqual([
    'mlflow',
  ]);
  await expect(storage.blobContainers.create(GROUP, 'demostorage1', 'Bad_Name', {})).rejects.toMatchObject({
    statusCode: 400,
  });
  await expect(storage.blobContainers.create(GROUP, 'missing12', 'mlflow', {})).rejects.toMatchObject({
    statusCode: 404,
    code: 'ParentResourceNotFound',
  });
  expect((await storage.storageAccounts.listKeys(GROUP, 'demostorage1')).keys).toHaveLength(2);
  await storage.blobContainers.delete(GROUP, 'demostorage1', 'mlflow');
  await storage.storageAccounts.delete(GROUP, 'demostorage1');
  await storage.storageAccounts.delete(GROUP, 'demostorage1');
});

test('names of storage accounts and registries are globally unique', async () => {
  const { clock, registries, storage, groups } = await startWithGroup({
    settings: { takenNames: ['othertenant'] },
  });
  const type = 'Microsoft.Storage/storageAccounts';
  expect(await storage.storageAccounts.checkNameAvailability({ name: 'othertenant', type })).toMatchObject({
    nameAvailable: false,
    reason: 'AlreadyExists',
  });
  expect(await storage.storageAccounts.checkNameAvailability({ name: 'No', type })).toMatchObject({
    reason: 'AccountNameInvalid',
  });
  expect(await storage.storageAccounts.checkNameAvailability({ name: 'demostorage1', type })).toEqual({
    nameAvailable: true,
  });
  await expect(storage.storageAccounts.create(GROUP, 'othertenant', account())).rejects.toMatchObject({
    statusCode: 409,
    code: 'StorageAccountAlreadyTaken',
    message: 'The storage account named othertenant is already taken.',
  });
  await groups.resourceGroups.createOrUpdate('other', { location: LOCATION });
  await finish(clock, storage.storageAccounts.create('other', 'demostorage1', account()));
  await expect(storage.storageAccounts.create(GROUP, 'demostorage1', account())).rejects.toMatchObject({
    statusCode: 409,
  });

  const registry = { location: LOCATION, sku: { name: 'Standard' } };
  const created = await finish(clock, registries.registries.create(GROUP, 'demoregistry', registry));
  expect(created).toMatchObject({
    loginServer: 'demoregistry.azurecr.io',
    provisioningState: 'Succeeded',
    adminUserEnabled: false,
  });
  await expect(registries.registries.create('other', 'DemoRegistry', registry)).rejects.toMatchObject({
    statusCode: 409,
    code: 'AlreadyInUse',
  });
  const { nameAvailable } = await registries.registries.checkNameAvailability({
    name: 'demoregistry',
    type: 'Microsoft.ContainerRegistry/registries',
  });
  expect(nameAvailable).toBe(false);
  await finish(clock, registries.registries.delete(GROUP, 'demoregistry'));
  await expect(registries.registries.get(GROUP, 'demoregistry')).rejects.toMatchObject({
    code: 'ResourceNotFound',
  });
});

test('a changed location and a missing group are rejected, and a provider lists its regions', async () => {
  const { groups, storage, identities } = await startWithGroup();
  await identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', { location: LOCATION });
  await expect(
    identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', { location: 'westeurope' }),
  ).rejects.toMatchObject({ statusCode: 409, code: 'InvalidResourceLocation' });
  await expect(storage.storageAccounts.create('missing', 'demostorage1', account())).rejects.toMatchObject({
    statusCode: 404,
    code: 'ResourceGroupNotFound',
  });
  const provider = await groups.providers.get('Microsoft.ContainerService');
  expect(provider.registrationState).toBe('Registered');
  expect(provider.resourceTypes?.[0]?.locations).toContain('UK South');
});

test('a fault can slow down an operation', async () => {
  const { azure, clock, storage } = await startWithGroup();
  azure.injectFault({ resource: /demostorage1$/, slowdown: 10 });
  const startedAt = clock.now();
  await finish(clock, storage.storageAccounts.create(GROUP, 'demostorage1', account()));
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(220_000);
});

test('deleting a group cancels the creation of its cluster and leaves nothing', async () => {
  const { aks, azure, clock, backend, groups } = await startWithGroup();
  const creation = aks.managedClusters.createOrUpdate(GROUP, 'demo-k8s', cluster());
  await creation.submitted();
  await finish(clock, groups.resourceGroups.delete(GROUP));
  await expect(creation.poll()).rejects.toThrow('canceled');
  expect(azure.inventory()).toEqual([]);
  expect(backend.clusters.size).toBe(0);
});
