import { resourceNames } from './names.ts';
import type { Plan, RemovalInput } from './plan.ts';

const MINUTE = 60;

/** How long Azure may take to delete everything, in seconds; then what is left is named. */
export const REMOVAL_LIMIT = 60 * MINUTE;

export interface Removal {
  /** Leaves the storage account, in its resource group. */
  keepData: boolean;
  /** Ids that an earlier destruction left. */
  known: string[];
}

export function removalInput(stack: string, suffix: string, removal: Removal): RemovalInput {
  const { resourceGroup, cluster, storageAccount } = resourceNames(stack, suffix);
  return { stack, resourceGroup, cluster, storageAccount, ...removal };
}

/**
 * Plans the end of a stack. It works from what Azure says is there, not from what the records remember, so
 * it is the same for a stack that is whole, half made or already gone.
 */
export function planDestroy(stack: string, suffix: string, removal: Removal): Plan {
  const input = removalInput(stack, suffix, removal);
  const common = { input, onFailure: 'fail' } as const;
  return {
    stack,
    kind: 'destroy',
    steps: [
      {
        id: 'inventory',
        title: 'Inventory',
        activity: 'takeInventory',
        after: [],
        usual: 2,
        limit: 10 * MINUTE,
        ...common,
      },
      {
        id: 'resources',
        title: removal.keepData ? 'Resources, without the data' : 'Resources',
        activity: 'deleteResources',
        after: ['inventory'],
        usual: 230,
        limit: REMOVAL_LIMIT,
        ...common,
      },
      {
        id: 'receipt',
        title: 'Receipt',
        activity: 'writeReceipt',
        after: ['resources'],
        usual: 2,
        limit: 10 * MINUTE,
        ...common,
      },
    ],
  };
}
