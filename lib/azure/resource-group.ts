import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import type { AzureClients } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { attempt } from './reconcile.ts';
import { KEPT_TAG } from './removal/keeping.ts';

/** Makes the resource group, or takes up the one that was kept; refuses one that is not this stack's. */
export const ensureResourceGroup = (
  clients: AzureClients,
  { resourceGroup, location, stack, tags }: StepInputs['ensureResourceGroup'],
): Promise<Outcome> =>
  attempt(clients, `Resource group ${resourceGroup}`, async () => {
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
    const { [KEPT_TAG]: kept, ...before } = found?.tags ?? {};
    const isCurrent = Object.entries(tags).every(([name, value]) => before[name] === value);
    if (found === undefined || kept !== undefined || !isCurrent) {
      await resourceGroups.createOrUpdate(resourceGroup, { location, tags: { ...before, ...tags } });
    }
    return done;
  });
