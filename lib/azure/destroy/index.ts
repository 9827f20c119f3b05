import { done, pending, type Outcome, type Pending } from '../../domain/outcome.ts';
import type { DestroyInput } from '../../domain/plan.ts';
import { STEP_TITLES } from '../../domain/step-titles.ts';
import type { AzureCall } from '../call.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';
import { outcomeOf } from '../errors.ts';
import { beginDeletions, describe, pollDeletions, type Deleting, type Deletion } from './deletions.ts';
import { markKept } from './keeping.ts';
import { lockOn } from './locks.ts';
import { readInventory } from './resource-inventory.ts';
import { idsToDelete, keptIds, targetsOf } from './targets.ts';

export interface DestroyState {
  /** Ids that were found before, which are looked for also where nothing leads to them any more. */
  known: readonly string[];
  /** Today's date, for what is kept. */
  date: string;
  /** The deletions that an earlier call began. */
  resume?: string;
}

/**
 * Deletes everything of a stack that Azure has, but for the storage account where the data is kept; ready once
 * Azure shows nothing of it. Looks again after each round, so that it does not matter what was deleted before,
 * by whom, or in what state it is. Nothing is deleted where a lock is found beforehand.
 */
export async function deleteResources(
  clients: AzureClients,
  options: AzureOptions,
  input: DestroyInput,
  { known, date, resume }: DestroyState,
): Promise<Outcome> {
  const { call } = clients;
  try {
    if (resume !== undefined) {
      const deletions = JSON.parse(resume) as Deletion[];
      const polled = outcomeOfRound(await pollDeletions(clients, deletions), call);
      if (polled !== undefined) return polled;
    }
    const inventory = await readInventory(clients, options, input, known);
    const kept = keptIds(inventory, input.keepData ? input.storageAccount : undefined);
    if (idsToDelete(inventory, kept).length === 0) {
      await markKept(clients, inventory, kept, date);
      return done;
    }
    if (inventory.group?.isDeleting && !kept.includes(inventory.group.id))
      return pending(`Deleting ${describe(inventory.group.id)}`, 15);
    const { roles, roots } = targetsOf(inventory, kept);
    const locked = await lockOn(clients, options, [...roles, ...roots]);
    if (locked !== undefined) return locked;
    await markKept(clients, inventory, kept, date);
    const next = roles.length > 0 ? roles : roots;
    const begun = await beginDeletions(clients, next);
    return outcomeOfRound(begun, call) ?? pending(`Deleted ${list(next)}; looking again`, 5);
  } catch (error) {
    const outcome = outcomeOf(error, STEP_TITLES.deleteResources, call);
    return outcome.state === 'pending' && resume !== undefined ? { ...outcome, resume } : outcome;
  }
}

/** The outcome of a round of deletions; undefined when none of them goes on. */
function outcomeOfRound({ running, delayed, refused }: Deleting, { retryAfter }: AzureCall) {
  if (refused[0] !== undefined) return refused[0];
  if (running.length > 0) {
    const ids = running.map(({ id }) => id);
    return pending(`Deleting ${list(ids)}`, retryAfter ?? 15, JSON.stringify(running));
  }
  return delayed.reduce<Pending | undefined>(
    (longest, next) => ((longest?.retryAfter ?? 0) >= next.retryAfter ? longest : next),
    undefined,
  );
}

const list = (ids: readonly string[]): string => {
  const [first = '', ...others] = ids.map(describe);
  return others.length === 0 ? first : `${first} and ${others.length} more`;
};
