import { FENCE, SupersededError, type Claim, type Fence } from '../domain/fence.ts';
import type { Services } from '../services.ts';
import type { StackRecord, Store } from '../tables/index.ts';

/** Whether an operation holds a stack, and nobody is ending it. */
export const holds = (stack: StackRecord | undefined, { operation, epoch }: Claim): boolean =>
  stack?.activeOperation === operation && stack.epoch === epoch;

/** Creates the fence of one call of an activity, and checks it. Throws a SupersededError. */
export async function createFence(
  { store, now }: Pick<Services, 'store' | 'now'>,
  claim: Claim,
): Promise<Fence> {
  let checkedAt = 0;
  const check = async () => {
    const asked = now();
    if (!holds((await store.getStack(claim.stack))?.value, claim)) throw new SupersededError(claim);
    checkedAt = asked;
  };
  await check();
  return {
    check,
    async allowWrite() {
      if (now() - checkedAt > FENCE.validFor * 1000) await check();
    },
  };
}

/** A store whose receipts are guarded by the fence. Step records are guarded by their only writer. */
export const fencedStore = (store: Store, fence: Fence): Store => ({
  ...store,
  async putReceipt(...receipt) {
    await fence.allowWrite();
    await store.putReceipt(...receipt);
  },
});
