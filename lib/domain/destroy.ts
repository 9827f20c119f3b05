import { HOUR, MINUTE } from './duration.ts';
import { resourceNames } from './names.ts';
import type { DestroyInput, Plan } from './plan.ts';
import { STEP_TITLES } from './step-titles.ts';

/** The limit to delete everything, in seconds. After it, the problem lists the resources that are left. */
export const DESTROY_LIMIT = HOUR;

export interface DestroyOptions {
  /** Keeps the storage account and its resource group. */
  keepData: boolean;
  /** Ids of resources that an earlier destroy operation did not delete. */
  known: string[];
}

export function destroyInput(stack: string, suffix: string, options: DestroyOptions): DestroyInput {
  const { resourceGroup, cluster, storageAccount } = resourceNames(stack, suffix);
  return { stack, resourceGroup, cluster, storageAccount, ...options };
}

/**
 * Plans to destroy a stack. The steps work from Azure's own inventory, not from the records, so the plan is
 * the same for a complete, a partial and an already deleted stack.
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
