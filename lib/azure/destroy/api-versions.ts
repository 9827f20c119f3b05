import type { AzureClients } from '../clients.ts';
import { parseId } from './ids.ts';

/** The type of resource groups, whose ids contain no provider. */
const GROUP_TYPE = 'microsoft.resources/resourcegroups';

/**
 * The newest stable api-version for the type of each id, from the providers. With it, a tagged resource of
 * any type can be read and deleted.
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
