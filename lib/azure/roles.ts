import { createHash } from 'node:crypto';
import { AZURE_ROLES, type AzureRole } from '../domain/azure-roles.ts';
import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import type { Person } from '../domain/principal.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { codeOf } from './errors.ts';
import { identityOf } from './identities.ts';
import { attempt } from './reconcile.ts';

export interface RoleGrant {
  /** The resource id of the narrowest possible scope. */
  scope: string;
  role: AzureRole;
  principalId: string;
  /** ServicePrincipal unless given. */
  principalType?: Person['type'];
  description?: string;
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
  return assigned.some(
    (held) => held.roleDefinitionId?.endsWith(AZURE_ROLES[role].id) && sameId(held.scope, scope),
  );
}

/** Assigns a role. An existing assignment is success, under any name. */
export async function ensureRole(
  clients: AzureClients,
  options: AzureOptions,
  grant: RoleGrant,
): Promise<void> {
  if (await isAssigned(clients, grant)) return;
  const { scope, role, principalId } = grant;
  await assignRole(clients, options, grant, assignmentName(scope, role, principalId));
}

const OTHER_TYPE = { User: 'ServicePrincipal', ServicePrincipal: 'User' } as const;

/**
 * Creates a role assignment with this name, unless there is the same one. A principal may be of another type than
 * expected: somebody known only by an object id, or a user as whom a control plane under development runs.
 */
export async function assignRole(
  clients: AzureClients,
  { subscriptionId }: AzureOptions,
  { scope, role, principalId, principalType = 'ServicePrincipal', description }: RoleGrant,
  name: string,
): Promise<void> {
  const { roleAssignments } = await clients.authorization();
  const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${AZURE_ROLES[role].id}`;
  const more = description === undefined ? {} : { description };
  // Without a type Azure looks up the principal, and does not find a new one.
  const create = (type: Person['type']) =>
    roleAssignments.create(scope, name, { roleDefinitionId, principalId, principalType: type, ...more });
  try {
    await create(principalType).catch((error: unknown) => {
      if (codeOf(error) !== 'UnmatchedPrincipalType') throw error;
      return create(OTHER_TYPE[principalType]);
    });
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
export function assignmentName(...parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('|').toLowerCase()).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
