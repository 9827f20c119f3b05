import { done, pending, type Outcome, type Pending } from '../../domain/outcome.ts';
import type { RemovalInput } from '../../domain/plan.ts';
import type { Call } from '../call.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';
import { outcomeOf } from '../errors.ts';
import { beginDeletions, describe, pollDeletions, type Deleting, type Deletion } from './deletions.ts';
import { markKept } from './keeping.ts';
import { lockOn } from './locks.ts';
import { takeStock } from './stock.ts';
import { goingOf, keptOf, targetsOf } from './targets.ts';

export interface RemovalState {
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
  input: RemovalInput,
  { known, date, resume }: RemovalState,
): Promise<Outcome> {
  const { call } = clients;
  try {
    if (resume !== undefined) {
      const deletions = JSON.parse(resume) as Deletion[];
      const polled = outcomeOfRound(await pollDeletions(clients, deletions), call);
      if (polled !== undefined) return polled;
    }
    const stock = await takeStock(clients, options, input, known);
    const kept = keptOf(stock, input.keepData ? input.storageAccount : undefined);
    if (goingOf(stock, kept).length === 0) {
      await markKept(clients, stock, kept, date);
      return done;
    }
    if (stock.group?.isDeleting && !kept.includes(stock.group.id))
      return pending(`Deleting ${describe(stock.group.id)}`, 15);
    const { roles, roots } = targetsOf(stock, kept);
    const locked = await lockOn(clients, options, [...roles, ...roots]);
    if (locked !== undefined) return locked;
    await markKept(clients, stock, kept, date);
    const next = roles.length > 0 ? roles : roots;
    const begun = await beginDeletions(clients, next);
    return outcomeOfRound(begun, call) ?? pending(`Deleted ${list(next)}; looking again`, 5);
  } catch (error) {
    const outcome = outcomeOf(error, 'Resources', call);
    return outcome.state === 'pending' && resume !== undefined ? { ...outcome, resume } : outcome;
  }
}

/** The outcome of a round of deletions; undefined when none of them goes on. */
function outcomeOfRound({ running, delayed, refused }: Deleting, { retryAfter }: Call) {
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
