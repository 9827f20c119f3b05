import { z } from 'zod';
import { meterParts, type Meter, type MeterKind } from '../domain/cost.ts';

/** Sends a request for prices: `fetch`, or a substitute. */
export type Fetch = (url: string, init: { signal: AbortSignal }) => Promise<Response>;

const ENDPOINT = 'https://prices.azure.com/api/retail/prices';
/** From this version on, filter values are case-sensitive. */
const API_VERSION = '2023-01-01-preview';
const TIMEOUT_MS = 5000;
/** A response with more pages does not match the filter. */
const MAX_PAGES = 10;

const item = z.object({
  currencyCode: z.string(),
  retailPrice: z.number(),
  tierMinimumUnits: z.number(),
  meterName: z.string(),
  productName: z.string(),
  skuName: z.string(),
  unitOfMeasure: z.string(),
  type: z.string(),
  isPrimaryMeterRegion: z.boolean().optional(),
});
type Item = z.infer<typeof item>;

const page = z.object({ Items: z.array(item), NextPageLink: z.string().nullish() });

interface Question {
  /** Fields and their required values. The region is added unless it is named here. */
  filter: (name: string) => Record<string, string>;
  /** Whether an item is the meter; the filter is less precise. */
  matches: (item: Item, name: string) => boolean;
}

const isWindows = ({ productName }: Item) => /windows|cloud ?services/i.test(productName);
const isSpotOrLowPriority = ({ skuName, meterName }: Item) =>
  /spot|low priority/i.test(`${skuName} ${meterName}`);
const isSpot = ({ skuName, meterName }: Item) => /spot/i.test(`${skuName} ${meterName}`);

const virtualMachine = (matches: (item: Item) => boolean): Question => ({
  filter: (size) => ({ serviceName: 'Virtual Machines', armSkuName: size }),
  matches: (found) => found.unitOfMeasure === '1 Hour' && !isWindows(found) && matches(found),
});

const named = (filter: Record<string, string>, unit: string): Question => ({
  filter: () => filter,
  matches: ({ unitOfMeasure }) => unitOfMeasure === unit,
});

const QUESTIONS: Record<Exclude<MeterKind, 'control-plane'>, Question> = {
  vm: virtualMachine((found) => !isSpotOrLowPriority(found)),
  spot: virtualMachine(isSpot),
  disk: {
    filter: (tier) => ({
      serviceName: 'Storage',
      productName: `${tier.startsWith('P') ? 'Premium' : 'Standard'} SSD Managed Disks`,
      skuName: `${tier} LRS`,
    }),
    // There are also meters for operations, mounts and bursts.
    matches: ({ meterName, unitOfMeasure }, tier) =>
      unitOfMeasure === '1/Month' && new RegExp(`^${tier}( LRS)? Disks?$`).test(meterName),
  },
  blob: named(
    { serviceName: 'Storage', productName: 'Blob Storage', meterName: 'Hot LRS Data Stored' },
    '1 GB/Month',
  ),
  registry: named({ serviceName: 'Container Registry', meterName: 'Standard Registry Unit' }, '1/Day'),
  'load-balancer': named(
    {
      serviceName: 'Load Balancer',
      armRegionName: 'Global',
      skuName: 'Standard',
      meterName: 'Standard Included LB Rules and Outbound Rules',
    },
    '1 Hour',
  ),
  'public-ip': named(
    {
      serviceName: 'Virtual Network',
      productName: 'IP Addresses',
      meterName: 'Standard IPv4 Static Public IP',
    },
    '1 Hour',
  ),
};

/**
 * The list price of a meter in a region, in US dollars per unit; undefined when Azure has none. Throws when
 * no valid response arrives in five seconds.
 * https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 */
export async function retailPrice(fetch: Fetch, region: string, meter: Meter): Promise<number | undefined> {
  const { kind, name } = meterParts(meter);
  if (kind === 'control-plane') return undefined;
  const question = QUESTIONS[kind];
  const filter = { armRegionName: region, ...question.filter(name), priceType: 'Consumption' };
  const found = (await itemsOf(fetch, filter)).filter(
    (candidate) =>
      candidate.type === 'Consumption' &&
      candidate.currencyCode === 'USD' &&
      question.matches(candidate, name),
  );
  return found.sort(byPrecedence)[0]?.retailPrice;
}

/**
 * Prefers the first tier and the primary meter of the region; of two equal ones the higher price, so that the
 * estimate is not too low.
 */
const byPrecedence = (a: Item, b: Item): number =>
  a.tierMinimumUnits - b.tierMinimumUnits ||
  Number(b.isPrimaryMeterRegion ?? false) - Number(a.isPrimaryMeterRegion ?? false) ||
  b.retailPrice - a.retailPrice;

async function itemsOf(fetch: Fetch, filter: Record<string, string>): Promise<Item[]> {
  const conditions = Object.entries(filter).map(([field, value]) => `${field} eq '${value}'`);
  const query = new URLSearchParams({ 'api-version': API_VERSION, $filter: conditions.join(' and ') });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const items: Item[] = [];
  let next: string | null | undefined = `${ENDPOINT}?${query.toString()}`;
  for (let pages = 0; next && pages < MAX_PAGES; pages++) {
    const response = await fetch(next, { signal });
    if (!response.ok) throw new Error(`Azure's price list answers ${response.status}.`);
    const { Items, NextPageLink } = page.parse(await response.json());
    items.push(...Items);
    next = isOurs(NextPageLink) ? NextPageLink : undefined;
  }
  return items;
}

/** A response contains the link to the next page, but must not change the host. */
const isOurs = (link: string | null | undefined): boolean =>
  typeof link === 'string' && new URL(link).origin === new URL(ENDPOINT).origin;
