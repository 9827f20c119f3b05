import { resourceNames } from './names.ts';
import type { Plan, RemovalInput } from './plan.ts';

const MINUTE = 60;

/**
 * Plans the end of a stack. It works from what Azure says is there, not from what the records remember, so
 * it is the same for a stack that is whole, half made or already gone.
 */
export function planDestroy(stack: string, suffix: string, { keepData }: { keepData: boolean }): Plan {
  const { resourceGroup, cluster, storageAccount } = resourceNames(stack, suffix);
  const input: RemovalInput = { stack, resourceGroup, cluster, storageAccount, keepData };
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
        title: keepData ? 'Resources, without the data' : 'Resources',
        activity: 'deleteResources',
        after: ['inventory'],
        usual: 230,
        limit: 60 * MINUTE,
        ...common,
      },
      {
        id: 'receipt',
        title: 'Receipt',
        activity: 'writeReceipt',
        after: ['resources'],
        usual: 2,
        limit: 30 * MINUTE,
        ...common,
      },
    ],
  };
}
