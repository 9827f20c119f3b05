import { problem } from '../../domain/problem.ts';
import { manual, runAzureCli } from '../../domain/remedy.ts';
import type { PreflightInput } from '../../domain/plan.ts';
import type { AzureClients } from '../clients.ts';
import { undefinedIfAbsent } from '../errors.ts';
import type { Check, CheckContext } from './check.ts';

/** Whose the resource group of the stack is. */
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

/** A group of the same name that is somebody else's is not touched. */
export const checkGroup: Check = ({ group, input: { resourceGroup, stack } }) =>
  Promise.resolve(group === 'foreign' ? [foreignGroup(resourceGroup, stack)] : []);

const foreignGroup = (resourceGroup: string, stack: string) =>
  problem('FOREIGN_RESOURCE', `resource group ${resourceGroup} exists and is not stack ${stack}'s`, {
    remedies: [
      manual('Choose another stack name.'),
      runAzureCli(`az group update --name ${resourceGroup} --tags matcha-stack=${stack}`, 'Or hand it over.'),
    ],
  });
