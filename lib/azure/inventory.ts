import { ready, type Outcome } from '../domain/outcome.ts';
import type { RemovalInput } from '../domain/plan.ts';
import type { Inventory } from '../domain/status.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { attempt } from './reconcile.ts';
import { takeStock } from './removal/stock.ts';
import { goingOf, keptOf } from './removal/targets.ts';

/**
 * Everything that Azure has of a stack now, as Azure itself tells it. `known` are ids that were found before;
 * those that are still there are found again also when nothing leads to them any more.
 */
export const inventory = (
  clients: AzureClients,
  options: AzureOptions,
  input: RemovalInput,
  known: readonly string[],
): Promise<Outcome<Inventory>> =>
  attempt(clients, 'Inventory', async () => {
    const stock = await takeStock(clients, options, input, known);
    const kept = keptOf(stock, input.keepData ? input.storageAccount : undefined);
    return ready({ present: goingOf(stock, kept), kept, restorable: stock.restorable });
  });
