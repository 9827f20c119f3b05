/**
 * Updates the table of offline prices from Azure's Retail Prices API; needs internet access. `node
 * scripts/update-prices.ts` reads the usual sizes in the usual regions, or in the given ones: `node
 * scripts/update-prices.ts uksouth westeurope`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Meter } from '../lib/domain/cost.ts';
import { retailPrice } from '../lib/pricing/retail-prices.ts';

const FILE = join(import.meta.dirname, '..', 'lib', 'pricing', 'offline-prices.json');
const BASE = 'eastus';
const REGIONS = [
  BASE, 'eastus2', 'centralus', 'northcentralus', 'southcentralus', 'westcentralus', 'westus', 'westus2', 'westus3',
  'canadacentral', 'brazilsouth', 'northeurope', 'westeurope', 'uksouth', 'ukwest', 'francecentral',
  'germanywestcentral', 'swedencentral', 'norwayeast', 'switzerlandnorth', 'polandcentral', 'italynorth',
  'spaincentral', 'uaenorth', 'southafricanorth', 'centralindia', 'southeastasia', 'japaneast', 'koreacentral',
  'australiaeast',
]; // prettier-ignore
const EVERYWHERE: Meter[] = ['load-balancer/Standard'];
const REGIONAL: Meter[] = [
  ...['D4s_v5', 'D8s_v5', 'D4as_v5', 'D8as_v5', 'DS3_v2', 'NC4as_T4_v3'].map(
    (size): Meter => `vm/Standard_${size}`,
  ),
  'spot/Standard_NC4as_T4_v3',
  ...['P10', 'P15', 'P20', 'P30', 'E1', 'E2', 'E3', 'E4', 'E6', 'E10'].map((tier): Meter => `disk/${tier}`),
  'blob/Hot LRS',
  'registry/Standard',
  'public-ip/Standard',
];

/**
 * Reads prices one at a time, to limit the load on the free API. Meters that Azure does not sell in a region
 * are left out.
 */
async function pricesIn(region: string, meters: readonly Meter[]): Promise<Record<string, number>> {
  const prices: Record<string, number> = {};
  for (const meter of meters) {
    const price = await retailPrice(fetch, region, meter);
    if (price !== undefined) prices[meter] = price;
  }
  console.log(`${region}: ${Object.keys(prices).length} of ${meters.length} prices`);
  return prices;
}

const before = JSON.parse(await readFile(FILE, 'utf8')) as object;
const given = process.argv.slice(2);
const regions: Record<string, Record<string, number>> = {};
for (const region of new Set([BASE, ...(given.length > 0 ? given : REGIONS)]))
  regions[region] = await pricesIn(region, REGIONAL);

const after = {
  ...before,
  about:
    "Prices of Azure's Retail Prices API in US dollars per unit of the meter, for when the API is unreachable.",
  asOf: new Date().toISOString().slice(0, 10),
  base: BASE,
  everywhere: await pricesIn(BASE, EVERYWHERE),
  regions,
};
await writeFile(FILE, `${JSON.stringify(after, null, 2)}\n`);
