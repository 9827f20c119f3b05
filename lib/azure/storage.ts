import type { StorageAccount, StorageAccountCreateParameters } from '@azure/arm-storage';
import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import { RETRIES, tryAgain } from '../domain/retry.ts';
import type { AzureClients } from './clients.ts';
import { changedBody, differencesOf } from './desired/normal-form.ts';
import { ACCOUNT_DEFAULTS, desiredAccount, desiredBlobService } from './desired/storage.ts';
import { attempt, reconcile } from './reconcile.ts';

type StorageInput = StepInputs['ensureStorage'];

/** Creates the storage account, with versioning and soft delete, and its containers; changes what differs. */
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
  input: StorageInput,
  resume?: string,
): Promise<Outcome<StorageAccount>> {
  const { resourceGroup, account, location } = input;
  const client = await clients.storage();
  const { restorePoller } = await import('@azure/arm-storage');
  const { storageAccounts } = client;
  const desired = desiredAccount(input);
  return reconcile<StorageAccount>(
    clients,
    {
      title: titleOf(KINDS.account, account),
      pollEvery: 5,
      get: () => storageAccounts.getProperties(resourceGroup, account),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: (found) => differencesOf(found, desired, ACCOUNT_DEFAULTS).length === 0,
      submit: (found) => ({
        poller: storageAccounts.create(
          resourceGroup,
          account,
          changedBody<StorageAccountCreateParameters>(
            {
              location,
              kind: 'StorageV2',
              sku: { name: 'Standard_LRS' },
              ...(found?.tags && { tags: found.tags }),
            },
            desired,
          ),
        ),
      }),
      restore: (serialized) => ({ poller: restorePoller(client, serialized, storageAccounts.create) }),
    },
    resume,
  );
}

const ensureContainers = (clients: AzureClients, { resourceGroup, account, containers }: StorageInput) =>
  attempt(clients, titleOf(KINDS.account, account), async () => {
    const { blobServices, blobContainers } = await clients.storage();
    const service = await blobServices.getServiceProperties(resourceGroup, account);
    if (differencesOf(service, desiredBlobService).length > 0) {
      await blobServices.setServiceProperties(
        resourceGroup,
        account,
        changedBody(service, desiredBlobService),
      );
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

/** The connection string of the account with its first key. It is a secret: show it, never store it. */
export const connectionString = (
  clients: AzureClients,
  resourceGroup: string,
  account: string,
): Promise<Outcome<string>> =>
  attempt(clients, titleOf(KINDS.account, account), async () => {
    const { storageAccounts } = await clients.storage();
    const { keys = [] } = await storageAccounts.listKeys(resourceGroup, account);
    const key = keys[0]?.value;
    if (key === undefined) return tryAgain('Azure returned no key of it', RETRIES.azure.noAnswer);
    return ready(
      `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key};EndpointSuffix=core.windows.net`,
    );
  });
