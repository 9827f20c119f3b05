import type { DocumentStore } from '../documents.ts';

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

const DEFAULTS: Subscription = {
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
  /** Returns a function that undoes the change. */
  change(changes: Partial<Subscription>): () => void;
}

/** Keeps the subscription in `documents`; the defaults are what Contributors need. */
export function createSubscription(documents: DocumentStore): SubscriptionStore {
  const stored = documents.collection<Subscription>('azure.subscription');
  const current = () => stored.get('subscription') ?? DEFAULTS;
  const change = (changes: Partial<Subscription>) => {
    const before = current();
    stored.set('subscription', { ...before, ...changes });
    return () => stored.set('subscription', before);
  };
  return { current, change };
}
