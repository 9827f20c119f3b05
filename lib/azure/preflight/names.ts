import { problem, type Finding } from '../../domain/problem.ts';
import { manual } from '../../domain/remedies.ts';
import { undefinedIfAbsent } from '../errors.ts';
import type { Check, CheckContext } from './check.ts';

/** Names of storage accounts and registries are unique in all of Azure. */
export const checkNames: Check = async (context) => {
  // The names in a group that is being deleted become free when it is gone, and the next step waits for that.
  if (context.group === 'deleting') return [];
  return (await Promise.all([checkAccount(context), checkRegistry(context)])).flat();
};

async function checkAccount({ clients, input, group }: CheckContext): Promise<Finding[]> {
  const { storageAccount: name, resourceGroup } = input;
  const { storageAccounts } = await clients.storage();
  const type = 'Microsoft.Storage/storageAccounts';
  const answer = await storageAccounts.checkNameAvailability({ name, type });
  if (answer.nameAvailable === true) return [];
  const own =
    group === 'ours' && (await storageAccounts.getProperties(resourceGroup, name).catch(undefinedIfAbsent));
  return own ? [] : [taken(`storage account name ${name}`, answer.message)];
}

async function checkRegistry({ clients, input, group }: CheckContext): Promise<Finding[]> {
  const { registry: name, resourceGroup } = input;
  if (name === undefined) return [];
  const { registries } = await clients.registries();
  const type = 'Microsoft.ContainerRegistry/registries';
  const answer = await registries.checkNameAvailability({ name, type });
  if (answer.nameAvailable === true) return [];
  const own = group === 'ours' && (await registries.get(resourceGroup, name).catch(undefinedIfAbsent));
  return own ? [] : [taken(`registry name ${name}`, answer.message)];
}

const taken = (what: string, cause: string | undefined): Finding =>
  problem('NAME_TAKEN', `the ${what} is already in use`, {
    remedies: [
      manual('Choose another stack name: this name is derived from it and must be unique worldwide.'),
    ],
    ...(cause !== undefined && { cause }),
  });
