import { ready, type Outcome } from '../domain/outcome.ts';
import type { RemovalInput } from '../domain/plan.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { isNotFound } from './errors.ts';
import { attempt } from './reconcile.ts';

/**
 * The ids of everything in the resource group, and in the node resource groups of its clusters, as Azure
 * tells it now. Empty once all is gone. A node resource group names its cluster in `managedBy`, so it is
 * found also when the cluster itself is not.
 */
export const inventory = (
  clients: AzureClients,
  _options: AzureOptions,
  { resourceGroup }: RemovalInput,
): Promise<Outcome<string[]>> =>
  attempt('Inventory', async () => {
    const { resourceGroups, resources } = await clients.resources();
    const inGroup = `/resourcegroups/${resourceGroup.toLowerCase()}/`;
    const found: string[] = [];
    for await (const { id = '', name = '', managedBy = '' } of resourceGroups.list()) {
      const isOurs =
        name.toLowerCase() === resourceGroup.toLowerCase() || managedBy.toLowerCase().includes(inGroup);
      if (!isOurs) continue;
      found.push(id);
      try {
        for await (const resource of resources.listByResourceGroup(name)) found.push(resource.id ?? '');
      } catch (error) {
        if (!isNotFound(error)) throw error; // gone between the two questions
      }
    }
    return ready(found);
  });
