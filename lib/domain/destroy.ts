import { resourceNames } from './names.ts';
import type { Plan } from './plan.ts';

const MINUTE = 60;

/**
 * Plans the end of a stack. It works from what Azure says is there, not from what the records remember, so
 * it is the same for a stack that is whole, half made or already gone.
 */
export function planDestroy(stack: string, suffix: string): Plan {
  const { resourceGroup } = resourceNames(stack, suffix);
  const common = { input: { resourceGroup }, onFailure: 'fail' } as const;
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
        id: 'resource-group',
        title: 'Resource group and all in it',
        activity: 'deleteResourceGroup',
        after: ['inventory'],
        usual: 260,
        limit: 60 * MINUTE,
        ...common,
      },
      {
        id: 'receipt',
        title: 'Receipt',
        activity: 'writeReceipt',
        after: ['resource-group'],
        usual: 2,
        limit: 30 * MINUTE,
        ...common,
      },
    ],
  };
}
