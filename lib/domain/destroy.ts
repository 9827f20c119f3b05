import { HOUR, MINUTE } from './duration.ts';
import { resourceNames } from './names.ts';
import type { DestroyInput, Plan } from './plan.ts';
import { STEP_TITLES } from './step-titles.ts';

/** How long Azure may take to delete everything, in seconds; then what is left is named. */
export const DESTROY_LIMIT = HOUR;

export interface DestroyOptions {
  /** Leaves the storage account, in its resource group. */
  keepData: boolean;
  /** Ids that an earlier destruction left. */
  known: string[];
}

export function destroyInput(stack: string, suffix: string, options: DestroyOptions): DestroyInput {
  const { resourceGroup, cluster, storageAccount } = resourceNames(stack, suffix);
  return { stack, resourceGroup, cluster, storageAccount, ...options };
}

/**
 * Plans the end of a stack. It works from what Azure says is there, not from what the records remember, so
 * it is the same for a stack that is whole, half made or already gone.
 */
export function planDestroy(stack: string, suffix: string, options: DestroyOptions): Plan {
  const input = destroyInput(stack, suffix, options);
  const common = { input, onFailure: 'fail' } as const;
  return {
    stack,
    kind: 'destroy',
    steps: [
      {
        id: 'inventory',
        title: STEP_TITLES.takeInventory,
        activity: 'takeInventory',
        after: [],
        usual: 2,
        limit: 10 * MINUTE,
        ...common,
      },
      {
        id: 'resources',
        title: options.keepData
          ? `${STEP_TITLES.deleteResources}, without the data`
          : STEP_TITLES.deleteResources,
        activity: 'deleteResources',
        after: ['inventory'],
        usual: 230,
        limit: DESTROY_LIMIT,
        ...common,
      },
      {
        id: 'receipt',
        title: STEP_TITLES.writeReceipt,
        activity: 'writeReceipt',
        after: ['resources'],
        usual: 2,
        limit: 10 * MINUTE,
        ...common,
      },
    ],
  };
}
