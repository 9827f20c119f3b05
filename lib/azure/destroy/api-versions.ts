import type { AzureClients } from '../clients.ts';
import { parseId } from './ids.ts';

/** A group has no provider in its id; this one serves it. */
const GROUP_TYPE = 'microsoft.resources/resourcegroups';

/**
 * The newest stable api-version of each id's type, as the providers list them: whatever somebody tagged as the
 * stack's can be asked for and deleted, of whatever type it is.
 */
export async function apiVersions(
  clients: AzureClients,
  ids: readonly string[],
): Promise<(id: string) => string> {
  const { providers } = await clients.resources();
  const typeOf = (id: string) => parseId(id).type || GROUP_TYPE;
  const namespaces = new Set(ids.map((id) => typeOf(id).split('/')[0] ?? ''));
  const versions = new Map<string, string>();
  for (const namespace of namespaces) {
    const { resourceTypes = [] } = await providers.get(namespace);
    for (const { resourceType = '', apiVersions: offered = [] } of resourceTypes) {
      const newest = offered.find((version) => !version.endsWith('-preview')) ?? offered[0] ?? '';
      versions.set(`${namespace}/${resourceType.toLowerCase()}`, newest);
    }
  }
  return (id) => versions.get(typeOf(id)) ?? '';
}
