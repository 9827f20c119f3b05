import type { Meter, PriceList } from '../domain/cost.ts';
import { HOUR, MINUTE } from '../domain/duration.ts';
import { offlinePrices } from './offline.ts';
import { retailPrice, type Fetch } from './retail-prices.ts';

export type { Fetch } from './retail-prices.ts';

/** Azure's price list, or a substitute. */
export interface PriceSource {
  fetch: Fetch;
  /** Remarks on the prices, for users. */
  notes: string[];
}

/** How long a price is kept, in milliseconds. */
const LIFETIME = 24 * HOUR * 1000;
/**
 * How long the price list is not requested after it was unreachable, in milliseconds, so that lists of stacks
 * do not wait for it.
 */
const RETRY_AFTER = 15 * MINUTE * 1000;

/** Azure's list prices, cached for a day, or offline prices. `now` is in milliseconds since the epoch. */
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
    /**
     * The prices of meters in a region. Never throws: uses offline prices when Azure's list is unreachable,
     * and leaves out unknown prices.
     */
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
