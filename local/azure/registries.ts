import type { Azure, ArmRequest, Json, Reply, ResourceType, Target } from './arm.ts';
import { DURATIONS } from './durations.ts';
import { listBuildSourceUploadUrl, scheduleRun, TASKS_VERSION } from './image-runs.ts';
import { armError } from './errors.ts';
import { asyncOperation, locationOf } from './polling.ts';
import { beginDelete, describe, isoNow, setState } from './resources.ts';

const NAME = /^[a-zA-Z0-9]{5,50}$/;
const SKUS = ['Basic', 'Standard', 'Premium'];
const TYPE = 'Microsoft.ContainerRegistry/registries';

const INVALID_NAME =
  'Resource names may contain alpha numeric characters only and must be between 5 and 50 characters.';

const alreadyInUse = (name: string) =>
  `The registry DNS name ${name.toLowerCase()}.azurecr.io is already in use. You can check if the name is already ` +
  'claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability';

const isTaken = (azure: Azure, name: string, exceptKey = '') =>
  azure.takenNames.has(name.toLowerCase()) ||
  azure.resources
    .entries()
    .some(([key, r]) => r.type === TYPE && r.name.toLowerCase() === name.toLowerCase() && key !== exceptKey);

/** Checks whether a registry name is available in all of Azure. */
export function checkRegistryName(azure: Azure, { body }: ArmRequest): Reply {
  const name = typeof body['name'] === 'string' ? body['name'] : '';
  const unavailable = (reason: string, message: string): Reply => ({
    status: 200,
    body: { nameAvailable: false, reason, message },
  });
  if (!NAME.test(name)) return unavailable('Invalid', INVALID_NAME);
  if (isTaken(azure, name)) return unavailable('AlreadyExists', `The registry ${name} is already in use.`);
  return { status: 200, body: { nameAvailable: true } };
}

const requireIdle = (azure: Azure, target: Target) => {
  const running = azure.operations.running(target.key);
  if (!running) return;
  const state = String(azure.resources.get(target.key)?.properties['provisioningState']);
  throw armError(
    409,
    'Conflict',
    `The registry '${target.name ?? ''}' is in provisioning state '${state}'. Wait until it ends and try again.`,
  );
};

function put(azure: Azure, target: Target, request: ArmRequest): Reply {
  const { name = '' } = target;
  if (!NAME.test(name)) throw armError(400, 'InvalidResourceName', INVALID_NAME);
  if (isTaken(azure, name, target.key)) throw armError(409, 'AlreadyInUse', alreadyInUse(name));
  requireIdle(azure, target);
  const { name: sku } = (request.body['sku'] ?? {}) as { name?: string };
  if (sku === undefined || !SKUS.includes(sku))
    throw armError(
      400,
      'InvalidSku',
      `The SKU '${String(sku)}' is not supported. Use one of ${SKUS.join(', ')}.`,
    );

  const current = azure.resources.get(target.key);
  const isNew = !current || current.properties['provisioningState'] === 'Failed';
  const registry = describe(target, request.body, {
    adminUserEnabled: false,
    publicNetworkAccess: 'Enabled',
    networkRuleBypassOptions: 'AzureServices',
    zoneRedundancy: 'Disabled',
    anonymousPullEnabled: false,
    ...current?.properties,
    ...(request.body['properties'] as Json | undefined),
    loginServer: `${name.toLowerCase()}.azurecr.io`,
    creationDate: current?.properties['creationDate'] ?? isoNow(azure),
    provisioningState: isNew ? 'Creating' : 'Succeeded',
  });
  registry['sku'] = { name: sku, tier: sku };
  azure.resources.set(target.key, registry);
  if (!isNew) return { status: 200, body: registry, seconds: DURATIONS.registry.update };
  const { create: seconds } = DURATIONS.registry;
  const operation = azure.operations.begin({ type: TYPE, verb: 'create', resource: target.key, seconds });
  return { status: 201, body: registry, headers: asyncOperation(azure, operation, request) };
}

export const registries: ResourceType = {
  name: TYPE,
  apiVersions: ['2025-11-01', '2025-04-01', '2023-07-01', TASKS_VERSION],
  isTracked: true,
  deleteSeconds: DURATIONS.registry.delete,
  put,
  actions: { listbuildsourceuploadurl: listBuildSourceUploadUrl, schedulerun: scheduleRun },
  delete(azure, target, request) {
    requireIdle(azure, target);
    const operation = beginDelete(azure, target.key, registries);
    return { status: 202, headers: locationOf(azure, operation, request) };
  },
  complete: {
    create: (azure, key) => {
      setState(azure, key, 'Succeeded');
      return undefined;
    },
  },
};
