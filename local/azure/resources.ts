import { randomUUID } from 'node:crypto';
import type { Azure, Json, Operation, Resource, ResourceType, Target } from './arm.ts';
import { notFound } from './errors.ts';

/** The resource at a target, or a 404. */
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

/** Changes a stored resource; nothing happens when it is gone. */
export function change(azure: Azure, key: string, changed: (resource: Resource) => void): void {
  const resource = structuredClone(azure.resources.get(key));
  if (!resource) return;
  changed(resource);
  azure.resources.set(key, resource);
}

export const setState = (azure: Azure, key: string, provisioningState: string) =>
  change(azure, key, ({ properties }) => void (properties['provisioningState'] = provisioningState));

/** Removes a resource and everything in it, role assignments at its scope included. */
export function removeTree(azure: Azure, key: string): void {
  for (const [inside] of azure.resources.entries(`${key}/`)) azure.resources.delete(inside);
  azure.resources.delete(key);
}

/** Starts the deletion of a resource. Whatever runs on it is superseded. */
export function beginDelete(azure: Azure, key: string, type: ResourceType): Operation {
  setState(azure, key, 'Deleting');
  return azure.operations.begin({
    type: type.name,
    verb: 'delete',
    resource: key,
    seconds: type.deleteSeconds,
  });
}

/** The resource that a PUT describes: what the caller sent, under the identity that the URL gives. */
export function describe(target: Target, body: Json, properties: Json): Resource {
  return { ...body, id: target.id, name: target.name ?? '', type: target.type, properties };
}

/** A fresh identity in the directory, as services make them for themselves. */
export const newPrincipal = (azure: Azure) => ({
  principalId: randomUUID(),
  clientId: randomUUID(),
  tenantId: azure.tenantId,
});

export const isoNow = (azure: Azure) => new Date(azure.clock.now()).toISOString();
