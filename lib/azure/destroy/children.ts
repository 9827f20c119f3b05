import { isRestError } from '@azure/core-rest-pipeline';
import type { AzureClients } from '../clients.ts';
import { parseId } from './ids.ts';

type List = (
  clients: AzureClients,
  group: string,
  name: string,
) => Promise<AsyncIterable<{ id?: string | undefined }>>;

/** How the parts of a resource are listed, by its type; the generic list of resources does not have them. */
const LISTS: Record<string, List> = {
  'microsoft.storage/storageaccounts': async (clients, group, name) =>
    (await clients.storage()).blobContainers.list(group, name),
  'microsoft.managedidentity/userassignedidentities': async (clients, group, name) =>
    (await clients.identities()).federatedIdentityCredentials.list(group, name),
  'microsoft.containerservice/managedclusters': async (clients, group, name) =>
    (await clients.clusters()).agentPools.list(group, name),
};

/** The ids of everything that is a part of one of the resources. */
export async function childrenOf(clients: AzureClients, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    ids.map(async (id) => {
      const { type, group, name } = parseId(id);
      const list = LISTS[type];
      if (list === undefined) return [];
      try {
        return await Array.fromAsync(await list(clients, group, name), (child) => child.id ?? '');
      } catch (error) {
        // Being made or being deleted, or gone since it was listed: it has no parts that could stay.
        if (isRestError(error) && (error.statusCode === 404 || error.statusCode === 409)) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}
