import { ready, type Outcome } from '../domain/outcome.ts';
import type { DestroyInput } from '../domain/plan.ts';
import type { Inventory } from '../domain/status.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { attempt } from './reconcile.ts';
import { readInventory } from './destroy/resource-inventory.ts';
import { idsToDelete, keptIds } from './destroy/targets.ts';

/**
 * Everything that Azure has of a stack now, as Azure itself tells it. `known` are ids that were found before;
 * those that are still there are found again also when nothing leads to them any more.
 */
export const inventory = (
  clients: AzureClients,
  options: AzureOptions,
  input: DestroyInput,
  known: readonly string[],
): Promise<Outcome<Inventory>> =>
  attempt(clients, STEP_TITLES.takeInventory, async () => {
    const found = await readInventory(clients, options, input, known);
    const kept = keptIds(found, input.keepData ? input.storageAccount : undefined);
    return ready({ present: idsToDelete(found, kept), kept, restorable: found.restorable });
  });
