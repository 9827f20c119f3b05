import { randomUUID } from 'node:crypto';
import type { Azure, Json, Operation, Resource, ResourceType, Target } from './arm.ts';
import { notFound } from './errors.ts';

/** The resource at a target. Throws a 404 if there is none. */
export function existing(azure: Azure, target: Target): Resource {
  const resource = azure.resources.get(target.key);
  if (!resource) throw notFound(target);
  return resource;
}

/** All resources of a type inside a group, a subscription or a parent. */
export function resourcesIn(azure: Azure, within: string, type: string): Resource[] {
  const inside = azure.resources.entries(`${within.toLowerCase()}/`);
  return inside.map(([, resource]) => resource).filter((resource) => resource.type === type);
}

/** Changes a stored resource. Does nothing if it does not exist. */
export function change(azure: Azure, key: string, changed: (resource: Resource) => void): void {
  const resource = structuredClone(azure.resources.get(key));
  if (!resource) return;
  changed(resource);
  azure.resources.set(key, resource);
}

export const setState = (azure: Azure, key: string, provisioningState: string) =>
  change(azure, key, ({ properties }) => void (properties['provisioningState'] = provisioningState));

/** Removes a resource and everything in it, including role assignments at its scope. */
export function removeTree(azure: Azure, key: string): void {
  for (const [inside] of azure.resources.entries(`${key}/`)) azure.resources.delete(inside);
  azure.resources.delete(key);
}

/** Starts the deletion of a resource. Cancels a running operation on it. */
export function beginDelete(azure: Azure, key: string, type: ResourceType): Operation {
  setState(azure, key, 'Deleting');
  return azure.operations.begin({
    type: type.name,
    verb: 'delete',
    resource: key,
    seconds: type.deleteSeconds,
  });
}

/** The resource that a PUT describes, with the id, name and type of the URL. */
export function describe(target: Target, body: Json, properties: Json): Resource {
  return { ...body, id: target.id, name: target.name ?? '', type: target.type, properties };
}

/** A new service principal in the directory. */
export const newPrincipal = (azure: Azure) => ({
  principalId: randomUUID(),
  clientId: randomUUID(),
  tenantId: azure.tenantId,
});

export const isoNow = (azure: Azure) => new Date(azure.clock.now()).toISOString();
