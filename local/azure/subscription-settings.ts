import type { DocumentStore } from '../document-store.ts';

/** The settings of the subscription. */
export interface Subscription {
  state: 'Enabled' | 'Warned' | 'PastDue' | 'Disabled' | 'Deleted';
  /** Provider namespaces that are not registered, in lower case. */
  unregistered: string[];
  /** The effective permissions of the control plane. */
  permissions: { actions: string[]; notActions: string[] }[];
  /** Restricted VM sizes by region, in lower case. */
  restricted: Record<string, string[]>;
  /** Whether the subscription may build images (ACR Tasks), and whether builds fail. */
  imageBuilds: 'allowed' | 'refused' | 'failing';
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
        // The control plane does not need it. Callers that test locks use the same identity.
        'Microsoft.Authorization/locks/*',
        '*/read',
      ],
      notActions: [],
    },
  ],
  restricted: {},
  imageBuilds: 'allowed',
};

export interface SubscriptionStore {
  current(): Subscription;
  /** Returns a function that undoes the change. */
  change(changes: Partial<Subscription>): () => void;
}

/** Stores the settings in `documents`. The default permissions are Contributor and role assignments. */
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
