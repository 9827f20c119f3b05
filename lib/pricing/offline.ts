import { nameOf, type Meter, type PriceList } from '../domain/cost.ts';
import table from './offline-prices.json' with { type: 'json' };

const { asOf, base, factorElsewhere, everywhere } = table;
const regions: Record<string, Record<string, number>> = table.regions;

/**
 * Prices from the table in this folder, for when Azure's list is unreachable. A region that is not in the
 * table has the prices of the base region times a factor, and a note says so. Meters that are not in the
 * table have no price.
 */
export function offlinePrices(region: string, meters: readonly Meter[]): PriceList {
  const own: Record<string, number> = { ...everywhere, ...regions[region] };
  const inBase: Record<string, number> = regions[base] ?? {};
  const prices: Partial<Record<Meter, number>> = {};
  const substituted: string[] = [];
  for (const meter of meters) {
    const price = own[meter];
    const basePrice = inBase[meter];
    if (price !== undefined) prices[meter] = price;
    else if (basePrice !== undefined) {
      prices[meter] = basePrice * factorElsewhere;
      substituted.push(nameOf(meter));
    }
  }
  return {
    source: 'offline',
    asOf,
    prices,
    notes: [
      `Azure's price list could not be reached; these prices are from a table of ${asOf}.`,
      ...(substituted.length > 0
        ? [
            `It lacks ${substituted.join(', ')} in ${region}: these are the prices of ${base} times ${factorElsewhere}.`,
          ]
        : []),
    ],
  };
}
