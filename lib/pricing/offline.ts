import { nameOf, type Meter, type PriceList } from '../domain/cost.ts';
import table from './offline-prices.json' with { type: 'json' };

const { asOf, base, factorElsewhere, everywhere } = table;
const regions: Record<string, Record<string, number>> = table.regions;

/**
 * Prices from the table that comes with Matcha, for when Azure's own list cannot be reached. A region without
 * a figure of its own has that of the base region times a factor, which a note tells; a meter that the table
 * does not have stays without a price.
 */
export function offlinePrices(region: string, meters: readonly Meter[]): PriceList {
  const own: Record<string, number> = { ...everywhere, ...regions[region] };
  const inBase: Record<string, number> = regions[base] ?? {};
  const prices: Partial<Record<Meter, number>> = {};
  const borrowed: string[] = [];
  for (const meter of meters) {
    const price = own[meter];
    const elsewhere = inBase[meter];
    if (price !== undefined) prices[meter] = price;
    else if (elsewhere !== undefined) {
      prices[meter] = elsewhere * factorElsewhere;
      borrowed.push(nameOf(meter));
    }
  }
  return {
    source: 'offline',
    asOf,
    prices,
    notes: [
      `Azure's price list could not be reached; these prices are from a table of ${asOf}.`,
      ...(borrowed.length > 0
        ? [
            `It lacks ${borrowed.join(', ')} in ${region}: taken are those of ${base} times ${factorElsewhere}.`,
          ]
        : []),
    ],
  };
}
