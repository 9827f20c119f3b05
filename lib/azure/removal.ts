import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { RemovalInput } from '../domain/plan.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { isNotFound } from './errors.ts';
import { attempt } from './reconcile.ts';

/** Deletes the group and everything in it; ready once Azure no longer knows it. */
export const deleteResources = (
  clients: AzureClients,
  _options: AzureOptions,
  { resourceGroup }: RemovalInput,
  resume?: string,
): Promise<Outcome> =>
  attempt(`Resource group ${resourceGroup}`, async () => {
    const client = await clients.resources();
    if (resume !== undefined) {
      const { restorePoller } = await import('@azure/arm-resources');
      const poller = restorePoller(client, resume, client.resourceGroups.delete);
      await poller.poll();
      if (!poller.isDone) return pending('Azure says: Deleting', 15, await poller.serialize());
    }
    const found = await client.resourceGroups.get(resourceGroup).catch(undefinedIfAbsent);
    if (found === undefined) return done;
    if (found.properties?.provisioningState === 'Deleting') return pending('Azure says: Deleting', 15);
    const poller = client.resourceGroups.delete(resourceGroup);
    await poller.submitted();
    return pending('Azure says: Deleting', 15, await poller.serialize());
  });

const undefinedIfAbsent = (error: unknown): undefined => {
  if (!isNotFound(error)) throw error;
};
