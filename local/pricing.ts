import type { PriceSource } from '../lib/pricing/index.ts';
import table from '../lib/pricing/offline-prices.json' with { type: 'json' };

/** As many as Azure has on a page would be 100; fewer here, so that every answer has more than one. */
const PAGE = 2;

type Row = Record<string, string | number | boolean>;

/** What Azure says of each kind of meter beside its price. */
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
 * Stands in for https://prices.azure.com: the Retail Prices API with its filters, pages and the rows that a
 * caller must not take, such as Spot and Windows. It has the prices of the table that comes with Matcha.
 */
export const simulatedPrices: PriceSource = {
  notes: [
    `Simulated prices, from a table of ${table.asOf}; what it lacks is ${table.base} times ${table.factorElsewhere}.`,
  ],
  fetch(address) {
    const url = new URL(address);
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
    url.searchParams.set('$skip', String(skip + PAGE));
    return Promise.resolve(
      Response.json({
        BillingCurrency: 'USD',
        CustomerEntityId: 'Default',
        CustomerEntityType: 'Retail',
        Items: found.slice(skip, skip + PAGE),
        NextPageLink: skip + PAGE < found.length ? url.href : null,
        Count: Math.min(PAGE, Math.max(0, found.length - skip)),
      }),
    );
  },
};

/** Every row of a region; what the table does not have of it is that of the base region times a factor. */
function rowsOf(region: string): Row[] {
  const regions: Record<string, Record<string, number>> = table.regions;
  const elsewhere = Object.entries(regions[table.base] ?? {}).map(([meter, price]) => [
    meter,
    region === table.base ? price : price * table.factorElsewhere,
  ]);
  const prices: Record<string, number> = {
    ...(Object.fromEntries(elsewhere) as Record<string, number>),
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
  const priced = (factor: number, other: Row): Row => ({
    ...row,
    retailPrice: price * factor,
    unitPrice: price * factor,
    ...other,
  });
  const text = (field: string) => String(row[field]);
  switch (kind) {
    case 'vm':
      return [
        priced(0.2, { skuName: `${text('skuName')} Spot`, meterName: `${text('meterName')} Spot` }),
        priced(0.4, {
          skuName: `${text('skuName')} Low Priority`,
          meterName: `${text('meterName')} Low Priority`,
        }),
        priced(1.96, { productName: `${text('productName')} Windows` }),
        priced(0.6, { type: 'Reservation', reservationTerm: '1 Year' }),
        row,
      ];
    case 'disk':
      return [
        priced(0.05, { meterName: `${name} LRS Disk Mount` }),
        priced(0.0001, { meterName: `${name} LRS Disk Operations`, unitOfMeasure: '10K' }),
        row,
      ];
    case 'blob':
      return [priced(0.96, { tierMinimumUnits: 51_200 }), row];
    default:
      return [row];
  }
}

/** The conditions of a filter joined by `and`, which values may contain too; undefined for any other filter. */
function parseFilter(filter: string): Record<string, string> | undefined {
  const condition = String.raw`\w+ eq '[^']*'`;
  if (!new RegExp(`^${condition}( and ${condition})*$`).test(filter)) return undefined;
  const found = filter.matchAll(/(\w+) eq '([^']*)'/g);
  return Object.fromEntries(Array.from(found, ([, field = '', value = '']) => [field, value]));
}
