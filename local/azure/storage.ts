import { createHash } from 'node:crypto';
import type { Azure, ArmRequest, Json, Reply, Resource, ResourceType, Target } from './arm.ts';
import { removeAccount } from './deleted-accounts.ts';
import { DURATIONS } from './durations.ts';
import { armError } from './errors.ts';
import { locationOf } from './polling.ts';
import { describe, existing, isoNow, removeTree, setState } from './resources.ts';

const ACCOUNT_NAME = /^[a-z0-9]{3,24}$/;
const CONTAINER_NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;
const API_VERSIONS = ['2026-09-01', '2026-04-01', '2025-06-01', '2024-01-01', '2023-05-01'];
const ACCOUNT_TYPE = 'Microsoft.Storage/storageAccounts';

const invalidName = (name: string) =>
  `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length ` +
  'and use numbers and lower-case letters only.';

const alreadyTaken = (name: string) => `The storage account named ${name} is already taken.`;

const isTaken = (azure: Azure, name: string, exceptKey = '') =>
  azure.takenNames.has(name) ||
  azure.resources
    .entries()
    .some(([key, r]) => r.type === ACCOUNT_TYPE && r.name === name && key !== exceptKey);

/** Checks whether an account name is available in all of Azure. */
export function checkAccountName(azure: Azure, { body }: ArmRequest): Reply {
  const name = typeof body['name'] === 'string' ? body['name'] : '';
  const unavailable = (reason: string, message: string): Reply => ({
    status: 200,
    body: { nameAvailable: false, reason, message },
  });
  if (!ACCOUNT_NAME.test(name)) return unavailable('AccountNameInvalid', invalidName(name));
  if (isTaken(azure, name)) return unavailable('AlreadyExists', alreadyTaken(name));
  return { status: 200, body: { nameAvailable: true } };
}

const endpoints = (name: string) =>
  Object.fromEntries(
    Object.entries({
      blob: 'blob',
      dfs: 'dfs',
      file: 'file',
      queue: 'queue',
      table: 'table',
      web: 'z33.web',
    }).map(([service, host]) => [service, `https://${name}.${host}.core.windows.net/`]),
  );

function putAccount(azure: Azure, target: Target, request: ArmRequest): Reply {
  const { name = '' } = target;
  if (!ACCOUNT_NAME.test(name)) throw armError(400, 'AccountNameInvalid', invalidName(name));
  if (isTaken(azure, name, target.key)) throw armError(409, 'StorageAccountAlreadyTaken', alreadyTaken(name));
  const current = azure.resources.get(target.key);
  if (current && azure.operations.running(target.key))
    throw armError(
      409,
      'StorageAccountOperationInProgress',
      'An operation is currently performing on this storage account that requires exclusive access.',
    );
  for (const required of ['sku', 'kind'])
    if (request.body[required] === undefined)
      throw armError(
        400,
        'InvalidRequestPropertyValue',
        `The value of the property '${required}' is required.`,
      );
  const account = describe(target, request.body, {
    supportsHttpsTrafficOnly: true,
    accessTier: 'Hot',
    ...current?.properties,
    ...(request.body['properties'] as Json | undefined),
    provisioningState: current ? 'Succeeded' : 'Creating',
    creationTime: current?.properties['creationTime'] ?? isoNow(azure),
    primaryLocation: request.body['location'],
    statusOfPrimary: 'available',
    primaryEndpoints: endpoints(name),
  });
  account['sku'] = { tier: 'Standard', ...(request.body['sku'] as Json) };
  azure.resources.set(target.key, account);
  if (current && current.properties['provisioningState'] !== 'Failed')
    return { status: 200, body: account, seconds: DURATIONS.storageAccount.update };
  const { create: seconds } = DURATIONS.storageAccount;
  const operation = azure.operations.begin({
    type: target.type,
    verb: 'create',
    resource: target.key,
    seconds,
  });
  return { status: 202, headers: locationOf(azure, operation, request) };
}

/** Every new account has a blob service. */
function completeCreate(azure: Azure, key: string) {
  setState(azure, key, 'Succeeded');
  const account = azure.resources.get(key);
  if (!account) return undefined;
  const type = `${ACCOUNT_TYPE}/blobServices`;
  const service: Resource = {
    id: `${account.id}/blobServices/default`,
    name: 'default',
    type,
    properties: {},
  };
  azure.resources.set(service.id.toLowerCase(), service);
  return undefined;
}

/** The account keys. The real service returns them even if shared-key access is disabled. */
function listKeys(azure: Azure, target: Target): Reply {
  const account = existing(azure, target);
  const keys = ['key1', 'key2'].map((keyName) => ({
    creationTime: account.properties['creationTime'],
    keyName,
    value: createHash('sha512').update(`${account.id}/${keyName}`).digest('base64'),
    permissions: 'FULL',
  }));
  return { status: 200, body: { keys } };
}

function requireProvisioned(azure: Azure, target: Target): void {
  const [accountKey = ''] = (target.parent ?? '').split('/blobservices/');
  if (azure.resources.get(accountKey)?.properties['provisioningState'] === 'Succeeded') return;
  throw armError(
    409,
    'StorageAccountIsNotProvisioned',
    "The storage account provisioning state must be 'Succeeded' before executing the operation.",
  );
}

function putBlobService(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  requireProvisioned(azure, target);
  const service = describe(target, body, { ...(body['properties'] as Json | undefined) });
  azure.resources.set(target.key, service);
  return { status: 200, body: service, seconds: DURATIONS.storageChild.write };
}

function putContainer(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  requireProvisioned(azure, target);
  if (!CONTAINER_NAME.test(target.name ?? ''))
    throw armError(400, 'InvalidResourceName', 'The specifed resource name contains invalid characters.');
  const current = azure.resources.get(target.key);
  const container = describe(target, body, {
    publicAccess: 'None',
    ...current?.properties,
    ...(body['properties'] as Json | undefined),
    lastModifiedTime: isoNow(azure),
    leaseState: 'Available',
    leaseStatus: 'Unlocked',
    hasImmutabilityPolicy: false,
    hasLegalHold: false,
  });
  azure.resources.set(target.key, container);
  return { status: current ? 200 : 201, body: container, seconds: DURATIONS.storageChild.write };
}

export const storageAccounts: ResourceType = {
  name: ACCOUNT_TYPE,
  apiVersions: API_VERSIONS,
  isTracked: true,
  deleteSeconds: DURATIONS.storageAccount.delete,
  put: putAccount,
  delete(azure, target) {
    removeAccount(azure, target.key);
    return { status: 200, seconds: DURATIONS.storageAccount.delete };
  },
  actions: { listkeys: listKeys },
  complete: {
    create: completeCreate,
    delete(azure, key) {
      removeAccount(azure, key);
      return undefined;
    },
  },
};

export const blobServices: ResourceType = {
  name: `${ACCOUNT_TYPE}/blobServices`,
  apiVersions: API_VERSIONS,
  isTracked: false,
  deleteSeconds: DURATIONS.storageChild.delete,
  put: putBlobService,
};

export const blobContainers: ResourceType = {
  name: `${ACCOUNT_TYPE}/blobServices/containers`,
  apiVersions: API_VERSIONS,
  isTracked: false,
  deleteSeconds: DURATIONS.storageChild.delete,
  put: putContainer,
  delete(azure, target) {
    removeTree(azure, target.key);
    return { status: 200, seconds: DURATIONS.storageChild.delete };
  },
};
