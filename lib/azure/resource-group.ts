import type { ResourceGroup } from '@azure/arm-resources';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import type { AzureClients } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { changedBody, differencesOf } from './desired/normal-form.ts';
import { desiredGroup } from './desired/resource-group.ts';
import { attempt } from './reconcile.ts';

/** Makes the resource group, or reuses the one that was kept; refuses one that is not this stack's. */
export const ensureResourceGroup = (
  clients: AzureClients,
  input: StepInputs['ensureResourceGroup'],
): Promise<Outcome> => {
  const { resourceGroup, location, stack } = input;
  const title = titleOf(KINDS.group, resourceGroup);
  return attempt(clients, title, async () => {
    const { resourceGroups } = await clients.resources();
    const found = await resourceGroups.get(resourceGroup).catch(undefinedIfAbsent);
    if (found?.properties?.provisioningState === 'Deleting') {
      return pending(`${title}: an earlier one is still being deleted`, 15);
    }
    if (found !== undefined && found.tags?.['matcha-stack'] !== stack) {
      return failed(problem('FOREIGN_RESOURCE', `${title} exists and does not belong to stack ${stack}.`));
    }
    const desired = desiredGroup(input);
    if (found === undefined || differencesOf(found, desired).length > 0) {
      const { tags } = changedBody<ResourceGroup>(found ?? { location }, desired);
      await resourceGroups.createOrUpdate(resourceGroup, { location, ...(tags && { tags }) });
    }
    return done;
  });
};
