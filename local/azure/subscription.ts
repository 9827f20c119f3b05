import type { DocumentStore } from '../documents.ts';
import type { Azure, Call, Reply } from './arm.ts';
import { refuse } from './errors.ts';

/** What is set for the subscription as a whole. */
export interface Subscription {
  state: 'Enabled' | 'Warned' | 'PastDue' | 'Disabled' | 'Deleted';
  /** Namespaces that the subscription has not registered for, in lower case. */
  unregistered: string[];
  /** What the control plane's identity may do, by all assignments together. */
  permissions: { actions: string[]; notActions: string[] }[];
  /** VM sizes that the subscription may not use in a region, in lower case. */
  restricted: Record<string, string[]>;
}

const AS_USUAL: Subscription = {
  state: 'Enabled',
  unregistered: [],
  permissions: [
    {
      actions: ['*'],
      notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'],
    },
    {
      actions: [
        'Microsoft.Authorization/roleAssignments/write',
        'Microsoft.Authorization/roleAssignments/delete',
        // More than it needs: whoever tries what a lock does places it by the same identity.
        'Microsoft.Authorization/locks/*',
        '*/read',
      ],
      notActions: [],
    },
  ],
  restricted: {},
};

export interface SubscriptionStore {
  current(): Subscription;
  /** Gives the way back. */
  change(changes: Partial<Subscription>): () => void;
}

/** Keeps the subscription in `documents`; until it is changed, all is as Contributors need it. */
export function createSubscription(documents: DocumentStore): SubscriptionStore {
  const stored = documents.collection<Subscription>('azure.subscription');
  const current = () => stored.get('subscription') ?? AS_USUAL;
  const change = (changes: Partial<Subscription>) => {
    const before = current();
    stored.set('subscription', { ...before, ...changes });
    return () => stored.set('subscription', before);
  };
  return { current, change };
}

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

/** The caller's permissions in effect; they are the same at every scope here. */
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

/** Refuses a change that the state of the subscription, its registrations or the caller's roles do not allow. */
export function checkSubscriptionAllows(azure: Azure, type: string, id: string, { method }: Call): void {
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
    throw refuse(
      403,
      'AuthorizationFailed',
      `The client '${azure.principalId}' with object id '${azure.principalId}' does not have authorization to perform ` +
        `action '${action}' over scope '${id}' or the scope is invalid. If access was recently granted, please refresh ` +
        'your credentials.',
    );
  if (verb !== 'write') return;
  if (state !== 'Enabled' && state !== 'PastDue')
    throw refuse(
      409,
      'ReadOnlyDisabledSubscription',
      `The subscription '${azure.subscriptionId}' is disabled and therefore marked as read only. You cannot perform any ` +
        'write actions on this subscription until it is re-enabled.',
    );
  const namespace = type.split('/')[0] ?? '';
  if (unregistered.includes(namespace.toLowerCase()))
    throw refuse(
      409,
      'MissingSubscriptionRegistration',
      `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to ` +
        'register subscriptions.',
    );
}
