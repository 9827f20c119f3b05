import type { Meter, PriceList } from '../domain/cost.ts';
import { HOUR, MINUTE } from '../domain/duration.ts';
import { offlinePrices } from './offline.ts';
import { retailPrice, type Fetch } from './retail-prices.ts';

export type { Fetch } from './retail-prices.ts';

/** Azure's price list, or what stands in for it. */
export interface PriceSource {
  fetch: Fetch;
  /** What everybody who sees the prices should know of it. */
  notes: string[];
}

/** How long a price is kept, in milliseconds. */
const LIFETIME = 24 * HOUR * 1000;
/** How long it is left alone once it could not be reached, so that no list of stacks waits for it again and again. */
const RETRY_AFTER = 15 * MINUTE * 1000;

/**
 * Azure's list prices, kept for a day, or those of the table that comes with Matcha. `now` is in milliseconds
 * since the epoch.
 */
export function createPricing({ fetch, notes }: PriceSource, now: () => number) {
  const known = new Map<string, { at: number; price: Promise<number | undefined> }>();
  let unreachableAt = Number.NEGATIVE_INFINITY;

  const lookUp = (region: string, meter: Meter) => {
    const key = `${region} ${meter}`;
    const found = known.get(key);
    if (found !== undefined && now() - found.at < LIFETIME) return found;
    const entry = { at: now(), price: retailPrice(fetch, region, meter) };
    known.set(key, entry);
    entry.price.catch(() => known.delete(key));
    return entry;
  };

  return {
    /** The prices of these meters in a region. Never throws: what cannot be had is offline, or missing. */
    async pricesOf(region: string, meters: readonly Meter[]): Promise<PriceList> {
      if (now() - unreachableAt < RETRY_AFTER) return offlinePrices(region, meters);
      const entries = meters.map((meter) => ({ meter, ...lookUp(region, meter) }));
      try {
        const found = await Promise.all(
          entries.map(async ({ meter, price }): Promise<[Meter, number | undefined]> => [meter, await price]),
        );
        const oldest = Math.min(now(), ...entries.map(({ at }) => at));
        return {
          source: 'azure-retail-prices',
          asOf: new Date(oldest).toISOString().slice(0, 10),
          prices: Object.fromEntries(found.filter(([, price]) => price !== undefined)),
          notes,
        };
      } catch {
        unreachableAt = now();
        return offlinePrices(region, meters);
      }
    },
  };
}

export type Pricing = ReturnType<typeof createPricing>;
