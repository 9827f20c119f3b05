import { expect, test } from 'vitest';
import { createPricing, type Fetch } from '../../lib/pricing/index.ts';
import table from '../../lib/pricing/offline-prices.json' with { type: 'json' };
import { simulatedPrices } from '../../local/pricing.ts';

const METERS = [
  'vm/Standard_D4s_v5',
  'disk/P10',
  'disk/E3',
  'blob/Hot LRS',
  'registry/Standard',
  'load-balancer/Standard',
  'public-ip/Standard',
] as const;

const START = Date.parse('2026-03-01T10:00:00Z');
const HOUR = 3_600_000;

/** Pricing over `fetch`, with a clock that a test sets and a count of what was asked. */
function pricingOver(fetch: Fetch) {
  const asked: URL[] = [];
  const clock = { now: START };
  const counted: Fetch = (url, init) => {
    asked.push(new URL(url));
    return fetch(url, init);
  };
  const pricing = createPricing({ fetch: counted, notes: [] }, () => clock.now);
  return { pricing, asked, clock };
}

/** Azure's price list with these rows, all on one page. */
const listOf =
  (...rows: object[]): Fetch =>
  () =>
    Promise.resolve(Response.json({ Items: rows, NextPageLink: null, Count: rows.length }));

const row = (rest: object) => ({
  currencyCode: 'USD',
  retailPrice: 0.2,
  tierMinimumUnits: 0,
  meterName: 'D4s v5',
  productName: 'Virtual Machines Dsv5 Series',
  skuName: 'D4s v5',
  unitOfMeasure: '1 Hour',
  type: 'Consumption',
  isPrimaryMeterRegion: true,
  ...rest,
});

test("every meter has its price in Azure's list, past pages, Spot, Windows, reservations and mounts", async () => {
  const { pricing, asked } = pricingOver(simulatedPrices.fetch);
  const list = await pricing.pricesOf('eastus', METERS);
  expect(list).toMatchObject({ source: 'azure-retail-prices', asOf: '2026-03-01', notes: [] });
  const listed: Record<string, number> = { ...table.regions.eastus, ...table.everywhere };
  expect(list.prices).toEqual(Object.fromEntries(METERS.map((meter) => [meter, listed[meter]])));
  expect(asked.some(({ searchParams }) => searchParams.has('$skip'))).toBe(true);
  expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set(['https://prices.azure.com']));
  expect(asked[0]?.searchParams.get('api-version')).toBe('2023-01-01-preview');
});

test('Spot nodes have the Spot price', async () => {
  const { pricing } = pricingOver(simulatedPrices.fetch);
  const { prices } = await pricing.pricesOf('eastus', [
    'vm/Standard_NC4as_T4_v3',
    'spot/Standard_NC4as_T4_v3',
  ]);
  expect(prices['spot/Standard_NC4as_T4_v3']).toBeLessThan(prices['vm/Standard_NC4as_T4_v3']! / 2);
});

test('of several prices the first tier of the primary meter counts', async () => {
  const { pricing } = pricingOver(
    listOf(
      row({ retailPrice: 0.1, tierMinimumUnits: 1000 }),
      row({ retailPrice: 0.3, isPrimaryMeterRegion: false }),
      row({ retailPrice: 0.25 }),
      row({ retailPrice: 0.01, currencyCode: 'EUR' }),
    ),
  );
  const { prices } = await pricing.pricesOf('eastus', ['vm/Standard_D4s_v5']);
  expect(prices['vm/Standard_D4s_v5']).toBe(0.25);
});

test('prices are kept for a day', async () => {
  const { pricing, asked, clock } = pricingOver(simulatedPrices.fetch);
  await pricing.pricesOf('eastus', METERS);
  const once = asked.length;
  clock.now += 23 * HOUR;
  expect((await pricing.pricesOf('eastus', METERS)).asOf).toBe('2026-03-01');
  expect(asked).toHaveLength(once);
  clock.now += 2 * HOUR;
  expect((await pricing.pricesOf('eastus', METERS)).asOf).toBe('2026-03-02');
  expect(asked).toHaveLength(2 * once);
});

test('a size that Azure does not list has no price', async () => {
  const { pricing } = pricingOver(simulatedPrices.fetch);
  const list = await pricing.pricesOf('eastus', ['vm/Standard_X99', 'disk/P10']);
  expect(list.source).toBe('azure-retail-prices');
  expect(Object.keys(list.prices)).toEqual(['disk/P10']);
});

test.each<[string, Fetch]>([
  ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
  ['is out of order', () => Promise.resolve(new Response('busy', { status: 503 }))],
  ['answers something else', () => Promise.resolve(Response.json({ hello: 'there' }))],
  ['answers no JSON', () => Promise.resolve(new Response('<html>'))],
])(
  'when the price list %s, the table that comes along is used, and it is left alone for a while',
  async (_, fetch) => {
    const { pricing, asked, clock } = pricingOver(fetch);
    const list = await pricing.pricesOf('eastus', METERS);
    expect(list).toMatchObject({ source: 'offline', asOf: table.asOf });
    expect(Object.keys(list.prices)).toHaveLength(METERS.length);
    expect(list.notes.join(' ')).toContain(`table of ${table.asOf}`);
    const once = asked.length;
    await pricing.pricesOf('eastus', METERS);
    expect(asked).toHaveLength(once);
    clock.now += HOUR;
    await pricing.pricesOf('eastus', METERS);
    expect(asked.length).toBeGreaterThan(once);
  },
);

test('offline, a region without figures has those of the base region times a factor, and says so', async () => {
  const { pricing } = pricingOver(() => Promise.reject(new TypeError('fetch failed')));
  const { prices, notes } = await pricing.pricesOf('chilecentral', [...METERS, 'vm/Standard_X99']);
  const inBase = table.regions.eastus['vm/Standard_D4s_v5'];
  expect(prices['vm/Standard_D4s_v5']).toBeCloseTo(inBase * table.factorElsewhere, 6);
  expect(prices['load-balancer/Standard']).toBe(table.everywhere['load-balancer/Standard']);
  expect(notes.join(' ')).toMatch(/Standard_D4s_v5.* in chilecentral.*eastus times 1\.2/);
  expect(prices).not.toHaveProperty(['vm/Standard_X99']);
});

test('an answer cannot lead to another host', async () => {
  const { pricing, asked } = pricingOver(() =>
    Promise.resolve(Response.json({ Items: [row({})], NextPageLink: 'https://example.com/next' })),
  );
  await pricing.pricesOf('eastus', ['vm/Standard_D4s_v5']);
  expect(asked.map(({ host }) => host)).toEqual(['prices.azure.com']);
});
