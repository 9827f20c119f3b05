import type { Azure, ArmRequest, DenyDelete, Resource, Target } from './arm.ts';
import { armError } from './errors.ts';

/**
 * Throws if a policy denies the deletion of the resource, or of the group that contains it. The latter is the
 * default of `cascadeBehaviors`.
 */
export function checkPolicies(azure: Azure, target: Target, { method }: ArmRequest): void {
  if (method !== 'DELETE' || azure.denyDelete.length === 0) return;
  const isGroup = target.type === 'Microsoft.Resources/resourceGroups';
  const own = azure.resources.get(target.key);
  const deleted: Resource[] = isGroup
    ? azure.resources.entries(`${target.key}/`).map(([, resource]) => resource)
    : own
      ? [own]
      : [];
  for (const resource of deleted.filter(({ type }) => azure.typeOf(type)?.isTracked)) {
    const denied = azure.denyDelete.find(({ resource: pattern }) => pattern.test(resource.id.toLowerCase()));
    if (denied) throw disallowed(azure, resource, denied);
  }
}

function disallowed(azure: Azure, { name }: Resource, { policy }: DenyDelete) {
  const base = `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Authorization`;
  const identifiers = [
    {
      policyAssignment: { name: policy, id: `${base}/policyAssignments/${policy}` },
      policyDefinition: { name: policy, id: `${base}/policyDefinitions/${policy}` },
    },
  ];
  return armError(
    403,
    'RequestDisallowedByPolicy',
    `Resource '${name}' was disallowed by policy. Policy identifiers: '${JSON.stringify(identifiers)}'.`,
  );
}
