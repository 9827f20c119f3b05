import type { StorageAccount } from '@azure/arm-storage';
import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import type { AzureClients } from './clients.ts';
import { attempt, reconcile } from './reconcile.ts';
import { KEPT_TAG } from './removal/keeping.ts';

type StorageInput = StepInputs['ensureStorage'];

/** Days for which a deleted blob or container can be brought back. */
const SOFT_DELETE_DAYS = 7;

/** Makes the storage account, with versioning and soft delete, and its containers. */
export async function ensureStorage(
  clients: AzureClients,
  input: StorageInput,
  resume?: string,
): Promise<Outcome> {
  const account = await ensureAccount(clients, input, resume);
  return account.state === 'ready' ? ensureContainers(clients, input) : account;
}

async function ensureAccount(
  clients: AzureClients,
  { resourceGroup, account, location, sharedKeyAccess, tags }: StorageInput,
  resume?: string,
): Promise<Outcome<StorageAccount>> {
  const client = await clients.storage();
  const { restorePoller } = await import('@azure/arm-storage');
  const { storageAccounts } = client;
  return reconcile<StorageAccount>(
    clients,
    {
      title: `storage account ${account}`,
      pollEvery: 5,
      get: () => storageAccounts.getProperties(resourceGroup, account),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: (found) =>
        found.allowSharedKeyAccess === sharedKeyAccess &&
        found.allowBlobPublicAccess === false &&
        found.tags?.[KEPT_TAG] === undefined,
      submit: () => ({
        poller: storageAccounts.create(resourceGroup, account, {
          location,
          tags,
          kind: 'StorageV2',
          sku: { name: 'Standard_LRS' },
          minimumTlsVersion: 'TLS1_2',
          enableHttpsTrafficOnly: true,
          allowBlobPublicAccess: false,
          allowSharedKeyAccess: sharedKeyAccess,
          defaultToOAuthAuthentication: true,
        }),
      }),
      restore: (serialized) => ({ poller: restorePoller(client, serialized, storageAccounts.create) }),
    },
    resume,
  );
}

const ensureContainers = (clients: AzureClients, { resourceGroup, account, containers }: StorageInput) =>
  attempt(clients, `Storage account ${account}`, async () => {
    const { blobServices, blobContainers } = await clients.storage();
    const service = await blobServices.getServiceProperties(resourceGroup, account);
    if (service.isVersioningEnabled !== true || service.deleteRetentionPolicy?.enabled !== true) {
      const keep = { enabled: true, days: SOFT_DELETE_DAYS };
      await blobServices.setServiceProperties(resourceGroup, account, {
        isVersioningEnabled: true,
        deleteRetentionPolicy: keep,
        containerDeleteRetentionPolicy: keep,
      });
    }
    const existing = await Array.fromAsync(blobContainers.list(resourceGroup, account), ({ name }) => name);
    const missing = containers.filter((container) => !existing.includes(container));
    await Promise.all(
      missing.map((container) =>
        blobContainers.create(resourceGroup, account, container, { publicAccess: 'None' }),
      ),
    );
    return done;
  });

/** The connection string of the account, with its first key: a secret, to be shown and never kept. */
export const connectionString = (
  clients: AzureClients,
  resourceGroup: string,
  account: string,
): Promise<Outcome<string>> =>
  attempt(clients, `Storage account ${account}`, async () => {
    const { storageAccounts } = await clients.storage();
    const { keys = [] } = await storageAccounts.listKeys(resourceGroup, account);
    const key = keys[0]?.value ?? '';
    return ready(
      `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key};EndpointSuffix=core.windows.net`,
    );
  });
