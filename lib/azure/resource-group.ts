import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import type { AzureClients } from './clients.ts';
import { isNotFound } from './errors.ts';
import { attempt } from './reconcile.ts';

/** Makes the resource group, and refuses one that exists and is not this stack's. */
export const ensureResourceGroup = (
  clients: AzureClients,
  { resourceGroup, location, stack, tags }: StepInputs['ensureResourceGroup'],
): Promise<Outcome> =>
  attempt(`Resource group ${resourceGroup}`, async () => {
    const { resourceGroups } = await clients.resources();
    const found = await resourceGroups.get(resourceGroup).catch(undefinedIfAbsent);
    if (found?.properties?.provisioningState === 'Deleting') {
      return pending(`Resource group ${resourceGroup}: an earlier one is still being deleted`, 15);
    }
    if (found !== undefined && found.tags?.['matcha-stack'] !== stack) {
      return failed(
        problem(
          'FOREIGN_RESOURCE',
          `Resource group ${resourceGroup} exists and does not belong to stack ${stack}.`,
        ),
      );
    }
    const isCurrent = Object.entries(tags).every(([name, value]) => found?.tags?.[name] === value);
    if (found === undefined || !isCurrent) {
      await resourceGroups.createOrUpdate(resourceGroup, { location, tags: { ...found?.tags, ...tags } });
    }
    return done;
  });

/** Deletes the group and everything in it; ready once Azure no longer knows it. */
export const deleteResourceGroup = (
  clients: AzureClients,
  { resourceGroup }: StepInputs['deleteResourceGroup'],
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
