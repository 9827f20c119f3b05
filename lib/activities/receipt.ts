import { DESTROY_LIMIT } from '../domain/destroy.ts';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { StepRun } from '../domain/run.ts';
import type { Inventory, Receipt } from '../domain/status.ts';
import type { Services } from '../services.ts';

type Run = StepRun<'takeInventory' | 'deleteResources' | 'writeReceipt'>;

/** Stores what Azure has of the stack before anything is deleted. */
export async function takeInventory(services: Services, run: Run): Promise<Outcome> {
  const receipt = await updateReceipt(services, run);
  return receipt.state === 'ready' ? done : receipt;
}

/** Deletes everything. While something is left, the grace period carries the problem that lists it. */
export async function deleteResources(services: Services, run: Run): Promise<Outcome> {
  const { azure, now } = services;
  const before = await receiptOf(services, run);
  const outcome = await azure.deleteResources(run.input, {
    known: toDelete(before),
    date: isoTime(now()).slice(0, 10),
    ...(run.resume !== undefined && { resume: run.resume }),
  });
  if (outcome.state === 'ready') return outcome;
  const isBlocked = outcome.state === 'failed' || outcome.resume === undefined;
  const after = isBlocked ? await updateReceipt(services, run) : undefined;
  if (outcome.state === 'failed' || outcome.grace !== undefined) return outcome;
  const receipt = after?.state === 'ready' ? after.value : before;
  return { ...outcome, grace: { seconds: DESTROY_LIMIT, problem: resourcesLeft(receipt, outcome.detail) } };
}

/** Compares the receipt with Azure's current inventory; ready when nothing is left. */
export async function writeReceipt(services: Services, run: Run): Promise<Outcome> {
  const receipt = await updateReceipt(services, run);
  if (receipt.state !== 'ready') return receipt;
  const { left } = receipt.value;
  if (left.length === 0) return done;
  const detail = `${left.length} left, first ${left[0] ?? ''}`;
  const seconds = DESTROY_LIMIT;
  return { ...pending(detail, 15), grace: { seconds, problem: resourcesLeft(receipt.value) } };
}

/** Updates the receipt from Azure: a resource that was found and no longer exists is gone. */
async function updateReceipt(services: Services, run: Run): Promise<Outcome<Receipt>> {
  const { azure, store, now } = services;
  const before = await receiptOf(services, run);
  const inventory = await azure.inventory(run.input, toDelete(before));
  if (inventory.state !== 'ready') return inventory;
  const receipt = compare(before, inventory.value, isoTime(now()));
  await store.putReceipt(run.stack, run.operation, receipt);
  return { state: 'ready', value: receipt };
}

function compare(before: Receipt, { present, kept, restorable }: Inventory, at: string): Receipt {
  const found = [...new Set([...before.found, ...present, ...kept])];
  const remaining = new Set([...present, ...kept]);
  return { at, found, gone: found.filter((id) => !remaining.has(id)), left: present, kept, restorable };
}

async function receiptOf({ store }: Services, { stack, operation, input }: Run): Promise<Receipt> {
  const nothing: Receipt = { at: '', found: [], gone: [], left: input.known, kept: [], restorable: [] };
  return (await store.getReceipt(stack, operation)) ?? nothing;
}

/**
 * Ids to look up one by one: found resources that are not kept, and those left by an earlier destroy
 * operation.
 */
const toDelete = ({ found, left, kept }: Receipt): string[] => [
  ...new Set([...found.filter((id) => !kept.includes(id)), ...left]),
];

const MAX_NAMED = 5;

function resourcesLeft({ found, left }: Receipt, detail = ''): Problem {
  const names =
    left.slice(0, MAX_NAMED).join(', ') +
    (left.length > MAX_NAMED ? ` and ${left.length - MAX_NAMED} more` : '');
  return problem('RESOURCES_LEFT', `${left.length} of ${found.length} resources could not be deleted.`, {
    cause: detail === '' ? names : `${names}. Last: ${detail}`,
  });
}

const isoTime = (time: number) => new Date(time).toISOString();
