import { createHash } from 'node:crypto';
import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { codeOf } from './errors.ts';
import { identityOf } from './identities.ts';
import { attempt } from './reconcile.ts';

/**
 * Ids of built-in roles, which are the same in every tenant (learn.microsoft.com, "Azure built-in roles").
 */
export const ROLES = {
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  AcrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  'Azure Kubernetes Service RBAC Cluster Admin': 'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b',
} as const;

export interface RoleGrant {
  /** The resource id of the narrowest possible scope. */
  scope: string;
  role: keyof typeof ROLES;
  principalId: string;
}

/** Assigns the identity of each component its role on its own container. */
export const ensureStorageRoles = (
  clients: AzureClients,
  options: AzureOptions,
  { resourceGroup, account, grants }: StepInputs['ensureStorageRoles'],
): Promise<Outcome> =>
  attempt(clients, STEP_TITLES.ensureStorageRoles, async () => {
    for (const { identity, container, role } of grants) {
      const { principalId } = await identityOf(clients, resourceGroup, identity);
      const accountId = resourceId(options, resourceGroup, 'Microsoft.Storage/storageAccounts', account);
      const scope = `${accountId}/blobServices/default/containers/${container}`;
      await ensureRole(clients, options, { scope, role, principalId });
    }
    return done;
  });

/**
 * When the newest role of an identity in a resource group was assigned, in milliseconds since the epoch; undefined
 * without any.
 */
export const newestRole = (
  clients: AzureClients,
  resourceGroup: string,
  identity: string,
): Promise<Outcome<number | undefined>> =>
  attempt(clients, STEP_TITLES.ensureStorageRoles, async () => {
    const { principalId } = await identityOf(clients, resourceGroup, identity);
    const { roleAssignments } = await clients.authorization();
    const filter = `principalId eq '${principalId}'`;
    const assigned = await Array.fromAsync(
      roleAssignments.listForResourceGroup(resourceGroup, { filter }),
      ({ createdOn }) => createdOn?.getTime() ?? 0,
    );
    return ready(assigned.length === 0 ? undefined : Math.max(...assigned));
  });

/** Whether a principal has a role directly at a scope, not inherited. */
export async function isAssigned(
  clients: AzureClients,
  { scope, role, principalId }: RoleGrant,
): Promise<boolean> {
  const { roleAssignments } = await clients.authorization();
  const assigned = await Array.fromAsync(
    roleAssignments.listForScope(scope, { filter: `principalId eq '${principalId}'` }),
  );
  return assigned.some((held) => held.roleDefinitionId?.endsWith(ROLES[role]) && sameId(held.scope, scope));
}

/** Assigns a role. An existing assignment is success, under any name. */
export async function ensureRole(
  clients: AzureClients,
  { subscriptionId }: AzureOptions,
  assignment: RoleGrant,
): Promise<void> {
  if (await isAssigned(clients, assignment)) return;
  const { scope, role, principalId } = assignment;
  const { roleAssignments } = await clients.authorization();
  const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role]}`;
  try {
    // Without principalType Azure looks up the principal, and does not find a new one.
    const grant = { roleDefinitionId, principalId, principalType: 'ServicePrincipal' };
    await roleAssignments.create(scope, assignmentName(scope, role, principalId), grant);
  } catch (error) {
    if (codeOf(error) !== 'RoleAssignmentExists') throw error;
  }
}

export const resourceId = (
  { subscriptionId }: Pick<AzureOptions, 'subscriptionId'>,
  resourceGroup: string,
  type: string,
  name: string,
): string => `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${type}/${name}`;

export const sameId = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

/** A GUID that depends only on the assignment, so that a repeated request has no second effect. */
function assignmentName(...parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('|').toLowerCase()).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
