import type { PriceSource } from '../lib/pricing/index.ts';
import table from '../lib/pricing/offline-prices.json' with { type: 'json' };

/** Azure has 100 items on a page. A small page makes every response have several. */
const PAGE_SIZE = 2;

type Row = Record<string, string | number | boolean>;

/** The properties of each kind of meter, besides its price. */
const DESCRIPTIONS: Record<string, (name: string) => Row> = {
  vm: (size) => ({
    serviceName: 'Virtual Machines',
    serviceFamily: 'Compute',
    productName: `Virtual Machines ${size.split('_')[1] ?? ''} Series`,
    armSkuName: size,
    skuName: spaced(size),
    meterName: spaced(size),
    unitOfMeasure: '1 Hour',
  }),
  disk: (tier) => ({
    serviceName: 'Storage',
    serviceFamily: 'Storage',
    productName: `${tier.startsWith('P') ? 'Premium' : 'Standard'} SSD Managed Disks`,
    armSkuName: '',
    skuName: `${tier} LRS`,
    meterName: `${tier} LRS Disk`,
    unitOfMeasure: '1/Month',
  }),
  blob: () => ({
    serviceName: 'Storage',
    serviceFamily: 'Storage',
    productName: 'Blob Storage',
    armSkuName: '',
    skuName: 'Hot LRS',
    meterName: 'Hot LRS Data Stored',
    unitOfMeasure: '1 GB/Month',
  }),
  registry: () => ({
    serviceName: 'Container Registry',
    serviceFamily: 'Containers',
    productName: 'Container Registry',
    armSkuName: '',
    skuName: 'Standard',
    meterName: 'Standard Registry Unit',
    unitOfMeasure: '1/Day',
  }),
  'load-balancer': () => ({
    serviceName: 'Load Balancer',
    serviceFamily: 'Networking',
    productName: 'Load Balancer',
    armSkuName: '',
    armRegionName: 'Global',
    skuName: 'Standard',
    meterName: 'Standard Included LB Rules and Outbound Rules',
    unitOfMeasure: '1 Hour',
  }),
  'public-ip': () => ({
    serviceName: 'Virtual Network',
    serviceFamily: 'Networking',
    productName: 'IP Addresses',
    armSkuName: '',
    skuName: 'Standard',
    meterName: 'Standard IPv4 Static Public IP',
    unitOfMeasure: '1 Hour',
  }),
};

const spaced = (size: string) => size.replace('Standard_', '').replaceAll('_', ' ');

/**
 * Simulates https://prices.azure.com: the Retail Prices API with filters, pages and rows that a caller must ignore,
 * such as Spot and Windows. The prices are those of the offline price table.
 */
export const simulatedPrices: PriceSource = {
  notes: [
    `Simulated prices, from a table of ${table.asOf}. Other regions have the prices of ${table.base} times ${table.factorElsewhere}.`,
  ],
  fetch(requestUrl) {
    const url = new URL(requestUrl);
    if (url.pathname !== '/api/retail/prices') return Promise.resolve(new Response(null, { status: 404 }));
    const conditions = parseFilter(url.searchParams.get('$filter') ?? '');
    if (conditions === undefined)
      return Promise.resolve(Response.json({ Error: { Code: 'BadRequest' } }, { status: 400 }));
    const skip = Number(url.searchParams.get('$skip') ?? 0);
    const found = rowsOf(conditions['armRegionName'] ?? '').filter((row) =>
      Object.entries(conditions).every(
        ([field, value]) => row[field === 'priceType' ? 'type' : field] === value,
      ),
    );
    url.searchParams.set('$skip', String(skip + PAGE_SIZE));
    return Promise.resolve(
      Response.json({
        BillingCurrency: 'USD',
        CustomerEntityId: 'Default',
        CustomerEntityType: 'Retail',
        Items: found.slice(skip, skip + PAGE_SIZE),
        NextPageLink: skip + PAGE_SIZE < found.length ? url.href : null,
        Count: Math.min(PAGE_SIZE, Math.max(0, found.length - skip)),
      }),
    );
  },
};

/** All rows of a region. Missing prices are those of the base region times a factor. */
function rowsOf(region: string): Row[] {
  const regions: Record<string, Record<string, number>> = table.regions;
  const estimates = Object.entries(regions[table.base] ?? {}).map(([meter, price]) => [
    meter,
    region === table.base ? price : price * table.factorElsewhere,
  ]);
  const prices: Record<string, number> = {
    ...(Object.fromEntries(estimates) as Record<string, number>),
    ...regions[region],
    ...table.everywhere,
  };
  return Object.entries(prices).flatMap(([meter, price]) => rowsOfMeter(meter, price, region));
}

function rowsOfMeter(meter: string, price: number, region: string): Row[] {
  const [kind = '', name = ''] = meter.split('/');
  const row: Row = {
    currencyCode: 'USD',
    tierMinimumUnits: 0,
    retailPrice: price,
    unitPrice: price,
    armRegionName: region,
    effectiveStartDate: `${table.asOf}T00:00:00Z`,
    type: 'Consumption',
    isPrimaryMeterRegion: true,
    ...DESCRIPTIONS[kind]?.(name),
  };
  const withPrice = (factor: number, other: Row): Row => ({
    ...row,
    retailPrice: price * factor,
    unitPrice: price * factor,
    ...other,
  });
  const text = (field: string) => String(row[field]);
  switch (kind) {
    case 'vm':
      return [
        withPrice(0.2, { skuName: `${text('skuName')} Spot`, meterName: `${text('meterName')} Spot` }),
        withPrice(0.4, {
          skuName: `${text('skuName')} Low Priority`,
          meterName: `${text('meterName')} Low Priority`,
        }),
        withPrice(1.96, { productName: `${text('productName')} Windows` }),
        withPrice(0.6, { type: 'Reservation', reservationTerm: '1 Year' }),
        row,
      ];
    case 'disk':
      return [
        withPrice(0.05, { meterName: `${name} LRS Disk Mount` }),
        withPrice(0.0001, { meterName: `${name} LRS Disk Operations`, unitOfMeasure: '10K' }),
        row,
      ];
    case 'blob':
      return [withPrice(0.96, { tierMinimumUnits: 51_200 }), row];
    default:
      return [row];
  }
}

/** Parses a filter of conditions joined by `and`; undefined for any other filter. Values may contain `and`. */
function parseFilter(filter: string): Record<string, string> | undefined {
  const condition = String.raw`\w+ eq '[^']*'`;
  if (!new RegExp(`^${condition}( and ${condition})*$`).test(filter)) return undefined;
  const found = filter.matchAll(/(\w+) eq '([^']*)'/g);
  return Object.fromEntries(Array.from(found, ([, field = '', value = '']) => [field, value]));
}
