import { FENCE, SupersededError, type Claim, type Fence } from '../domain/fence.ts';
import type { Services } from '../services.ts';
import type { StackRecord, Store } from '../tables/index.ts';

/** Whether an operation holds a stack, and nobody is ending it. */
export const holds = (stack: StackRecord | undefined, { operation, epoch }: Claim): boolean =>
  stack?.activeOperation === operation && stack.epoch === epoch;

/** Creates the fence of one call of an activity, and checks it. Throws a SupersededError. */
export type OpenFence = (claim: Claim) => Promise<Fence>;

/** Calls of one operation that begin together share a check. */
export function createFences({ store, now }: Pick<Services, 'store' | 'now'>): OpenFence {
  const checks = new Map<string, Promise<number>>();

  /** Returns the time of the check, in milliseconds since the epoch. */
  const check = async (claim: Claim): Promise<number> => {
    const askedAt = now();
    if (!holds((await store.getStack(claim.stack))?.value, claim)) throw new SupersededError(claim);
    return askedAt;
  };
  const shared = (claim: Claim): Promise<number> => {
    const key = `${claim.operation}|${claim.epoch}`;
    const running = checks.get(key) ?? check(claim).finally(() => checks.delete(key));
    checks.set(key, running);
    return running;
  };

  return async (claim) => {
    let checkedAt = await shared(claim);
    const checkAgain = async () => {
      checkedAt = await check(claim);
    };
    return {
      check: checkAgain,
      async allowWrite() {
        if (now() - checkedAt > FENCE.validFor * 1000) await checkAgain();
      },
    };
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
