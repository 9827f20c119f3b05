import type { AzureClients } from '../clients.ts';

/**
 * The VM sizes and quotas of a subscription in a region. Keys are lower case, because names are
 * case-insensitive.
 */
export interface Offer {
  sizes: Map<string, VmSize>;
  quotas: Map<string, Quota>;
}

export interface VmSize {
  name: string;
  /** The quota family, such as standardDSv5Family. */
  family: string;
  vCpus: number;
  /** Why the subscription may not use it in this region. */
  restriction?: string;
}

/** In vCPUs. */
export interface Quota {
  used: number;
  limit: number;
}

/** The names of the quotas of all families together, and of all spot nodes. */
export const REGIONAL = 'cores';
export const SPOT = 'lowprioritycores';

interface Sku {
  name: string;
  resourceType: string;
  family?: string;
  capabilities?: { name: string; value: string }[];
  restrictions?: { type: string; reasonCode: string }[];
}

interface Usage {
  name: { value: string };
  currentValue: number;
  limit: number;
}

/** Reads sizes and quotas from Microsoft.Compute. */
export async function offerOf(
  { rest }: AzureClients,
  subscriptionId: string,
  location: string,
): Promise<Offer> {
  const compute = `/subscriptions/${subscriptionId}/providers/Microsoft.Compute`;
  const [skus, usages] = await Promise.all([
    rest.list<Sku>({
      path: `${compute}/skus`,
      apiVersion: '2021-07-01',
      query: { $filter: `location eq '${location}'` },
    }),
    rest.list<Usage>({ path: `${compute}/locations/${location}/usages`, apiVersion: '2024-11-01' }),
  ]);
  return {
    sizes: new Map(
      skus
        .filter(({ resourceType }) => resourceType === 'virtualMachines')
        .map((sku) => [sku.name.toLowerCase(), sizeOf(sku)]),
    ),
    quotas: new Map(
      usages.map(({ name, currentValue, limit }) => [
        name.value.toLowerCase(),
        { used: currentValue, limit },
      ]),
    ),
  };
}

function sizeOf({ name, family = '', capabilities = [], restrictions = [] }: Sku): VmSize {
  const vCpus = capabilities.find((capability) => capability.name === 'vCPUs')?.value;
  // A restriction of zones does not restrict the region.
  const restriction = restrictions.find(({ type }) => type === 'Location')?.reasonCode;
  return {
    name,
    family,
    vCpus: Number(vCpus ?? 0),
    ...(restriction !== undefined && { restriction }),
  };
}
