import { DESTROY_LIMIT } from '../domain/destroy.ts';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { StepRun } from '../domain/run.ts';
import type { Inventory, Receipt } from '../domain/status.ts';
import type { Services } from '../services.ts';

type Run = StepRun<'takeInventory' | 'deleteResources' | 'writeReceipt'>;

/** Writes down what Azure has of the stack before anything is deleted. */
export async function takeInventory(services: Services, run: Run): Promise<Outcome> {
  const receipt = await bringUpToDate(services, run);
  return receipt.state === 'ready' ? done : receipt;
}

/** Deletes it; where that is not done at once, the receipt says what is left, for time may run out. */
export async function deleteResources(services: Services, run: Run): Promise<Outcome> {
  const { azure, now } = services;
  const before = await receiptOf(services, run);
  const outcome = await azure.deleteResources(run.input, {
    known: toDelete(before),
    date: isoTime(now()).slice(0, 10),
    ...(run.resume !== undefined && { resume: run.resume }),
  });
  if (outcome.state === 'ready') return outcome;
  const resists = outcome.state === 'failed' || outcome.resume === undefined;
  const after = resists ? await bringUpToDate(services, run) : undefined;
  if (outcome.state === 'failed' || outcome.grace !== undefined) return outcome;
  const receipt = after?.state === 'ready' ? after.value : before;
  return { ...outcome, grace: { seconds: DESTROY_LIMIT, problem: leftOver(receipt, outcome.detail) } };
}

/** Asks Azure again and compares; ready once nothing is left. */
export async function writeReceipt(services: Services, run: Run): Promise<Outcome> {
  const receipt = await bringUpToDate(services, run);
  if (receipt.state !== 'ready') return receipt;
  const { left } = receipt.value;
  if (left.length === 0) return done;
  const detail = `${left.length} left, first ${left[0] ?? ''}`;
  const seconds = DESTROY_LIMIT;
  return { ...pending(detail, 15), grace: { seconds, problem: leftOver(receipt.value) } };
}

/** What was found stays found; whatever of it Azure does not show any more is gone. */
async function bringUpToDate(services: Services, run: Run): Promise<Outcome<Receipt>> {
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
  const stays = new Set([...present, ...kept]);
  return { at, found, gone: found.filter((id) => !stays.has(id)), left: present, kept, restorable };
}

async function receiptOf({ store }: Services, { stack, operation, input }: Run): Promise<Receipt> {
  const nothing: Receipt = { at: '', found: [], gone: [], left: input.known, kept: [], restorable: [] };
  return (await store.getReceipt(stack, operation)) ?? nothing;
}

/** Ids to look for by themselves: what was found and is not to be kept, and what an earlier destruction left. */
const toDelete = ({ found, left, kept }: Receipt): string[] => [
  ...new Set([...found.filter((id) => !kept.includes(id)), ...left]),
];

const NAMED = 5;

function leftOver({ found, left }: Receipt, detail = ''): Problem {
  const names =
    left.slice(0, NAMED).join(', ') + (left.length > NAMED ? ` and ${left.length - NAMED} more` : '');
  return problem('RESOURCES_LEFT', `${left.length} of ${found.length} resources could not be deleted.`, {
    cause: detail === '' ? names : `${names}. Last: ${detail}`,
  });
}

const isoTime = (time: number) => new Date(time).toISOString();
