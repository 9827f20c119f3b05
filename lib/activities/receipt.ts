import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { StepRun } from '../domain/run.ts';
import type { Services } from '../services.ts';

/** Writes down what Azure has of the stack before anything is deleted. */
export async function takeInventory(
  { azure, store, now }: Services,
  { stack, operation, input }: StepRun<'takeInventory'>,
): Promise<Outcome> {
  const inventory = await azure.inventory(input);
  if (inventory.state !== 'ready') return inventory;
  const before = (await store.getReceipt(stack, operation))?.found ?? [];
  const found = [...new Set([...before, ...inventory.value])];
  await store.putReceipt(stack, operation, { at: isoTime(now()), found, gone: [], left: found });
  return done;
}

/** Asks Azure again and compares; ready once nothing is left. */
export async function writeReceipt(
  { azure, store, now }: Services,
  { stack, operation, input }: StepRun<'writeReceipt'>,
): Promise<Outcome> {
  const inventory = await azure.inventory(input);
  if (inventory.state !== 'ready') return inventory;
  const left = inventory.value;
  const before = (await store.getReceipt(stack, operation))?.found ?? [];
  const found = [...new Set([...before, ...left])];
  const gone = found.filter((id) => !left.includes(id));
  await store.putReceipt(stack, operation, { at: isoTime(now()), found, gone, left });
  return left.length === 0 ? done : pending(`${left.length} left, first ${left[0] ?? ''}`, 15);
}

const isoTime = (time: number) => new Date(time).toISOString();
