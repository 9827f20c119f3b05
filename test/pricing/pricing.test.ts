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

/** Creates the pricing with a fake clock and a record of its requests. */
function pricingWith(fetch: Fetch) {
  const requested: URL[] = [];
  const clock = { now: START };
  const counted: Fetch = (url, init) => {
    requested.push(new URL(url));
    return fetch(url, init);
  };
  const pricing = createPricing({ fetch: counted, notes: [] }, () => clock.now);
  return { pricing, requested, clock };
}

/** A price list with these rows on one page. */
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

test('the price of every meter is found among pages, Spot, Windows, reservations and mounts', async () => {
  const { pricing, requested } = pricingWith(simulatedPrices.fetch);
  const list = await pricing.pricesOf('eastus', METERS);
  expect(list).toMatchObject({ source: 'azure-retail-prices', asOf: '2026-03-01', notes: [] });
  const listed: Record<string, number> = { ...table.regions.eastus, ...table.everywhere };
  expect(list.prices).toEqual(Object.fromEntries(METERS.map((meter) => [meter, listed[meter]])));
  expect(requested.some(({ searchParams }) => searchParams.has('$skip'))).toBe(true);
  expect(new Set(requested.map(({ origin }) => origin))).toEqual(new Set(['https://prices.azure.com']));
  expect(requested[0]?.searchParams.get('api-version')).toBe('2023-01-01-preview');
});

test('a Spot meter has the Spot price', async () => {
  const { pricing } = pricingWith(simulatedPrices.fetch);
  const { prices } = await pricing.pricesOf('eastus', [
    'vm/Standard_NC4as_T4_v3',
    'spot/Standard_NC4as_T4_v3',
  ]);
  expect(prices['spot/Standard_NC4as_T4_v3']).toBeLessThan(prices['vm/Standard_NC4as_T4_v3']! / 2);
});

test('the price is that of the first tier of the primary meter', async () => {
  const { pricing } = pricingWith(
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

test('prices are cached for a day', async () => {
  const { pricing, requested, clock } = pricingWith(simulatedPrices.fetch);
  await pricing.pricesOf('eastus', METERS);
  const once = requested.length;
  clock.now += 23 * HOUR;
  expect((await pricing.pricesOf('eastus', METERS)).asOf).toBe('2026-03-01');
  expect(requested).toHaveLength(once);
  clock.now += 2 * HOUR;
  expect((await pricing.pricesOf('eastus', METERS)).asOf).toBe('2026-03-02');
  expect(requested).toHaveLength(2 * once);
});

test('a size that Azure does not list has no price', async () => {
  const { pricing } = pricingWith(simulatedPrices.fetch);
  const list = await pricing.pricesOf('eastus', ['vm/Standard_X99', 'disk/P10']);
  expect(list.source).toBe('azure-retail-prices');
  expect(Object.keys(list.prices)).toEqual(['disk/P10']);
});

test.each<[string, Fetch]>([
  ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
  ['returns an error', () => Promise.resolve(new Response('busy', { status: 503 }))],
  ['returns other JSON', () => Promise.resolve(Response.json({ hello: 'there' }))],
  ['returns no JSON', () => Promise.resolve(new Response('<html>'))],
])('the offline table is used for a while if the price list %s', async (_, fetch) => {
  const { pricing, requested, clock } = pricingWith(fetch);
  const list = await pricing.pricesOf('eastus', METERS);
  expect(list).toMatchObject({ source: 'offline', asOf: table.asOf });
  expect(Object.keys(list.prices)).toHaveLength(METERS.length);
  expect(list.notes.join(' ')).toContain(`table of ${table.asOf}`);
  const once = requested.length;
  await pricing.pricesOf('eastus', METERS);
  expect(requested).toHaveLength(once);
  clock.now += HOUR;
  await pricing.pricesOf('eastus', METERS);
  expect(requested.length).toBeGreaterThan(once);
});

test('offline prices of an unknown region are those of the base region times a factor, with a note', async () => {
  const { pricing } = pricingWith(() => Promise.reject(new TypeError('fetch failed')));
  const { prices, notes } = await pricing.pricesOf('chilecentral', [...METERS, 'vm/Standard_X99']);
  const inBase = table.regions.eastus['vm/Standard_D4s_v5'];
  expect(prices['vm/Standard_D4s_v5']).toBeCloseTo(inBase * table.factorElsewhere, 6);
  expect(prices['load-balancer/Standard']).toBe(table.everywhere['load-balancer/Standard']);
  expect(notes.join(' ')).toMatch(/Standard_D4s_v5.* in chilecentral.*eastus times 1\.2/);
  expect(prices).not.toHaveProperty(['vm/Standard_X99']);
});

test('a next page on another host is not requested', async () => {
  const { pricing, requested } = pricingWith(() =>
    Promise.resolve(Response.json({ Items: [row({})], NextPageLink: 'https://example.com/next' })),
  );
  await pricing.pricesOf('eastus', ['vm/Standard_D4s_v5']);
  expect(requested.map(({ host }) => host)).toEqual(['prices.azure.com']);
});
