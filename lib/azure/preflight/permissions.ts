import { problem, type Finding } from '../../domain/problem.ts';
import { assignRole } from '../error-remedies.ts';
import type { Check } from './check.ts';

/** The actions that a stack needs, by the built-in role that allows them. */
const NEEDED: Record<string, string[]> = {
  Contributor: [
    'Microsoft.Resources/subscriptions/resourceGroups/write',
    'Microsoft.Resources/subscriptions/resourceGroups/delete',
    'Microsoft.ContainerService/managedClusters/write',
    'Microsoft.Storage/storageAccounts/write',
    'Microsoft.ContainerRegistry/registries/write',
    'Microsoft.ContainerRegistry/registries/listBuildSourceUploadUrl/action',
    'Microsoft.ContainerRegistry/registries/scheduleRun/action',
    'Microsoft.ContainerRegistry/registries/runs/listLogSasUrl/action',
    'Microsoft.ManagedIdentity/userAssignedIdentities/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
  ],
  'Role Based Access Control Administrator': [
    'Microsoft.Authorization/roleAssignments/write',
    'Microsoft.Authorization/roleAssignments/delete',
  ],
};

interface Permission {
  actions?: string[];
  notActions?: string[];
}

/**
 * Checks the permissions of the control plane. Azure returns the permissions in effect, from all assignments:
 * direct ones, those of groups, and inherited ones.
 */
export const checkPermissions: Check = async ({ clients, options, input, group }) => {
  const subscription = `/subscriptions/${options.subscriptionId}`;
  const scope = group === 'ours' ? `${subscription}/resourceGroups/${input.resourceGroup}` : subscription;
  const held = await clients.rest.list<Permission>({
    path: `${scope}/providers/Microsoft.Authorization/permissions`,
    apiVersion: '2022-04-01',
  });
  return Object.entries(NEEDED).flatMap(([role, actions]): Finding[] => {
    const missing = actions.filter((action) => !held.some((permission) => allows(permission, action)));
    if (missing.length === 0) return [];
    return [
      problem('AZURE_FORBIDDEN', `the control plane lacks the role ${role}`, {
        cause: `It may not ${missing.join(', ')}.`,
        remedies: [assignRole(options.principalId, role, scope)],
      }),
    ];
  });
};

/** A permission allows its actions except its notActions. */
const allows = ({ actions = [], notActions = [] }: Permission, action: string): boolean =>
  actions.some((pattern) => matches(pattern, action)) &&
  !notActions.some((pattern) => matches(pattern, action));

/** A star in a pattern matches any text, including slashes. */
const matches = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i').test(action);
