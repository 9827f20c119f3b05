import type { Azure, ArmRequest, Reply } from './arm.ts';
import { armError } from './errors.ts';

export const getSubscription = (azure: Azure): Reply => ({
  status: 200,
  body: {
    id: `/subscriptions/${azure.subscriptionId}`,
    subscriptionId: azure.subscriptionId,
    tenantId: azure.tenantId,
    displayName: 'Simulated subscription',
    state: azure.subscription.current().state,
    subscriptionPolicies: { quotaId: 'PayAsYouGo_2014-09-01', spendingLimit: 'Off' },
    authorizationSource: 'RoleBased',
  },
});

/** The effective permissions of the caller. They are the same at every scope. */
export const listPermissions = (azure: Azure): Reply => ({
  status: 200,
  body: {
    value: azure.subscription.current().permissions.map(({ actions, notActions }) => ({
      actions,
      notActions,
      dataActions: [],
      notDataActions: [],
    })),
  },
});

const matches = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i').test(action);

const VERBS: Record<string, string> = { PUT: 'write', PATCH: 'write', DELETE: 'delete' };

/** Throws if the state of the subscription, its registrations or the caller's roles do not allow a change. */
export function checkSubscriptionAllows(
  azure: Azure,
  type: string,
  id: string,
  { method }: ArmRequest,
): void {
  const verb = VERBS[method];
  if (verb === undefined) return;
  const { state, unregistered, permissions } = azure.subscription.current();
  const resource =
    type === 'Microsoft.Resources/resourceGroups' ? 'Microsoft.Resources/subscriptions/resourceGroups' : type;
  const action = `${resource}/${verb}`;
  const isAllowed = permissions.some(
    ({ actions, notActions }) =>
      actions.some((pattern) => matches(pattern, action)) &&
      !notActions.some((pattern) => matches(pattern, action)),
  );
  if (!isAllowed)
    throw armError(
      403,
      'AuthorizationFailed',
      `The client '${azure.principalId}' with object id '${azure.principalId}' does not have authorization to perform ` +
        `action '${action}' over scope '${id}' or the scope is invalid. If access was recently granted, please refresh ` +
        'your credentials.',
    );
  if (verb !== 'write') return;
  if (state !== 'Enabled' && state !== 'PastDue')
    throw armError(
      409,
      'ReadOnlyDisabledSubscription',
      `The subscription '${azure.subscriptionId}' is disabled and therefore marked as read only. You cannot perform any ` +
        'write actions on this subscription until it is re-enabled.',
    );
  const namespace = type.split('/')[0] ?? '';
  if (unregistered.includes(namespace.toLowerCase()))
    throw armError(
      409,
      'MissingSubscriptionRegistration',
      `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to ` +
        'register subscriptions.',
    );
}
