import { problem } from '../../domain/problem.ts';
import { manual, runAzureCli } from '../../domain/remedies.ts';
import type { PreflightInput } from '../../domain/plan.ts';
import type { AzureClients } from '../clients.ts';
import { undefinedIfAbsent } from '../errors.ts';
import type { Check, CheckContext } from './check.ts';

/** Whether the resource group exists and belongs to the stack. */
export async function groupOf(
  clients: AzureClients,
  { resourceGroup, stack }: PreflightInput,
): Promise<CheckContext['group']> {
  const { resourceGroups } = await clients.resources();
  const group = await resourceGroups.get(resourceGroup).catch(undefinedIfAbsent);
  if (group === undefined) return 'absent';
  if (group.properties?.provisioningState === 'Deleting') return 'deleting';
  return group.tags?.['matcha-stack'] === stack ? 'ours' : 'foreign';
}

/** A resource group of the same name that does not belong to the stack is not changed. */
export const checkGroup: Check = ({ group, input: { resourceGroup, stack } }) =>
  Promise.resolve(group === 'foreign' ? [foreignGroup(resourceGroup, stack)] : []);

const foreignGroup = (resourceGroup: string, stack: string) =>
  problem(
    'FOREIGN_RESOURCE',
    `resource group ${resourceGroup} exists and does not belong to stack ${stack}`,
    {
      remedies: [
        manual('Choose another stack name.'),
        runAzureCli(
          `az group update --name ${resourceGroup} --tags matcha-stack=${stack}`,
          'Or assign it to this stack.',
        ),
      ],
    },
  );
