import type { Azure, ArmRequest, Reply, Resource, ResourceType, Target } from './arm.ts';
import { DURATIONS } from './durations.ts';
import { failure, groupNotFound, armError } from './errors.ts';
import { matching } from './filters.ts';
import { locationFrom } from './locations.ts';
import { locationOf } from './polling.ts';
import { beginDelete, change, describe, removeTree } from './resources.ts';

const NAME = /^[-\w.()]{0,89}[-\w()]$/;

export function groupAt(azure: Azure, name: string): Resource {
  const id = `/subscriptions/${azure.subscriptionId}/resourceGroups/${name}`;
  const group = azure.resources.get(id.toLowerCase());
  if (!group) throw groupNotFound(name);
  return group;
}

export const isDeleting = (resource: Resource) => resource.properties['provisioningState'] === 'Deleting';

export const groupBeingDeleted = (name: string) =>
  armError(
    409,
    'ResourceGroupBeingDeleted',
    `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
  );

function put(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  const { name = '' } = target;
  if (!NAME.test(name))
    throw armError(
      400,
      'InvalidResourceGroup',
      `The provided resource group name '${name}' has these invalid characters: '${name.replace(/[-\w.()]/g, '')}'. ` +
        "The name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
    );
  const location = locationFrom(body['location'], target.type);
  const current = azure.resources.get(target.key);
  if (current && isDeleting(current)) throw groupBeingDeleted(name);
  if (current && current.location !== location)
    throw armError(
      409,
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${location}'. ` +
        `The Resource group already exists in location '${current.location ?? ''}'.`,
    );
  const group = { ...describe(target, body, { provisioningState: 'Succeeded' }), location };
  azure.resources.set(target.key, group);
  return { status: current ? 200 : 201, body: group, seconds: DURATIONS.resourceGroup.write };
}

const tracked = (azure: Azure, key: string): [string, Resource][] =>
  azure.resources.entries(`${key}/`).filter(([, { type }]) => azure.typeOf(type)?.isTracked);

/** Deletes everything in the group. The operation ends after the slowest deletion of a resource. */
function remove(azure: Azure, target: Target, request: ArmRequest): Reply {
  const group = groupAt(azure, target.name ?? '');
  const running = azure.operations.running(target.key);
  if (running && isDeleting(group)) return { status: 202, headers: locationOf(azure, running, request) };

  const ends = tracked(azure, target.key).map(([key, resource]) => {
    const type = azure.typeOf(resource.type);
    const current = azure.operations.running(key);
    if (current?.verb === 'delete' || !type) return current?.dueAt ?? 0;
    return beginDelete(azure, key, type).dueAt;
  });
  change(azure, target.key, ({ properties }) => void (properties['provisioningState'] = 'Deleting'));
  const overhead = DURATIONS.resourceGroup.delete;
  const operation = azure.operations.begin({
    type: target.type,
    verb: 'delete',
    resource: target.key,
    seconds: overhead,
    dueAt: Math.max(0, ...ends) + overhead * 1000,
  });
  return { status: 202, headers: locationOf(azure, operation, request) };
}

/** Fails if a resource in the group could not be deleted. */
function completeDelete(azure: Azure, key: string) {
  const remaining = tracked(azure, key).map(([, { type, name }]) => `${type}/${name}`);
  if (remaining.length === 0) {
    removeTree(azure, key);
    return undefined;
  }
  const name = azure.resources.get(key)?.name ?? '';
  return failure(
    'ResourceGroupDeletionBlocked',
    `Deletion of resource group '${name}' failed as resources with identifiers '${remaining.join(',')}' could not be ` +
      'deleted. The provisioning state of the resource group will be rolled back.',
  );
}

function list(azure: Azure, target: Target, { query }: ArmRequest): Reply {
  const groups = azure.resources.entries(`${target.within.toLowerCase()}/`).map(([, resource]) => resource);
  const value = groups.filter(({ type }) => type === target.type).filter(matching(query.get('$filter')));
  return { status: 200, body: { value } };
}

export const resourceGroups: ResourceType = {
  name: 'Microsoft.Resources/resourceGroups',
  apiVersions: ['2025-04-01', '2025-03-01', '2024-11-01', '2022-09-01', '2021-04-01'],
  isTracked: false,
  deleteSeconds: DURATIONS.resourceGroup.delete,
  put,
  list,
  delete: remove,
  complete: { delete: completeDelete },
  // The group returns to its previous state, as the error message of a blocked deletion says.
  fail: (azure, key) =>
    change(azure, key, ({ properties }) => void (properties['provisioningState'] = 'Succeeded')),
};
