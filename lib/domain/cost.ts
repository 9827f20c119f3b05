import { KINDS } from './resource-kinds.ts';
import type { StackSpec } from './spec.ts';

/** Hours of a month, as Azure's own price calculator has it. */
const HOURS_PER_MONTH = 730;

/** How each kind of meter is counted, and how many of its units a month has. */
const METERS = {
  vm: { unit: 'hour', perMonth: HOURS_PER_MONTH },
  spot: { unit: 'hour', perMonth: HOURS_PER_MONTH },
  disk: { unit: 'month', perMonth: 1 },
  blob: { unit: 'GB-month', perMonth: 1 },
  registry: { unit: 'day', perMonth: HOURS_PER_MONTH / 24 },
  'load-balancer': { unit: 'hour', perMonth: HOURS_PER_MONTH },
  'public-ip': { unit: 'hour', perMonth: HOURS_PER_MONTH },
  'control-plane': { unit: 'hour', perMonth: HOURS_PER_MONTH },
} as const;

export type MeterKind = keyof typeof METERS;

export const METER_KINDS = Object.keys(METERS) as MeterKind[];

/** What Azure charges by: `vm/Standard_D4s_v5`, `disk/P10`, `registry/Standard`. */
export type Meter = `${MeterKind}/${string}`;

/** What does not need to be asked: AKS charges nothing for a control plane of its Free tier. */
const FREE: Meter = 'control-plane/Free';

/** What prices are known, in US dollars per unit of the meter. */
export interface PriceList {
  source: 'azure-retail-prices' | 'offline';
  /** The day that the prices are from, YYYY-MM-DD. */
  asOf: string;
  /** A meter without a known price is missing. */
  prices: Readonly<Partial<Record<Meter, number>>>;
  /** What to know of where they come from. */
  notes: string[];
}

/** How much of a meter a resource uses: with the fewest nodes, as expected, with the most, and while hibernated. */
export interface Usage {
  resource: string;
  meter: Meter;
  low: number;
  expected: number;
  high: number;
  hibernated: number;
}

/** A line of an estimate, in US dollars. */
export interface CostItem {
  resource: string;
  meter: Meter;
  unit: string;
  quantity: number;
  unitPrice: number;
  hourly: number;
  monthly: number;
  hibernatedMonthly: number;
}

/** What a stack costs by list prices, before taxes, discounts and traffic. A month has 730 hours. */
export interface CostEstimate {
  currency: 'USD';
  source: PriceList['source'];
  asOf: string;
  items: CostItem[];
  hourly: number;
  monthly: { low: number; expected: number; high: number };
  hibernatedMonthly: number;
  assumptions: string[];
  /** Resources whose price is not known; the totals do without them. */
  unpriced: string[];
}

/** What a stack's components add to what it costs. */
export interface CostlyNeeds {
  registry: boolean;
  /** The disks that components claim, each in GiB. */
  disks: readonly { name: string; gib: number }[];
}

/** Gigabytes that pipelines, experiments and data are assumed to have stored. */
const STORED = 50;

/** Tiers of managed disks by their size in GiB: a disk is charged as the smallest tier that holds it. */
const DISK_TIERS = [
  { gib: 4, tier: 1 },
  { gib: 8, tier: 2 },
  { gib: 16, tier: 3 },
  { gib: 32, tier: 4 },
  { gib: 64, tier: 6 },
  { gib: 128, tier: 10 },
  { gib: 256, tier: 15 },
  { gib: 512, tier: 20 },
  { gib: 1024, tier: 30 },
] as const;

const tierOf = (gib: number): number => (DISK_TIERS.find((tier) => gib <= tier.gib) ?? { tier: 40 }).tier;

/** AKS gives a node an OS disk of a size that follows from its vCPUs. */
const OS_DISKS = [
  { vCpus: 7, gib: 128 },
  { vCpus: 15, gib: 256 },
  { vCpus: 63, gib: 512 },
  { vCpus: Number.POSITIVE_INFINITY, gib: 1024 },
] as const;

/** The vCPUs that a size names: 4 of Standard_D4s_v5. */
const vCpusOf = (size: string): number => Number(/\d+/.exec(size)?.[0] ?? 0);

const osDiskOf = (size: string): Meter => {
  const { gib } = OS_DISKS.find(({ vCpus }) => vCpusOf(size) <= vCpus) ?? OS_DISKS[0];
  return `disk/P${tierOf(gib)}`;
};

/** What a stack uses of each meter. What stays while it hibernates is what stopping AKS leaves behind. */
export function usageOf({ cluster, access }: StackSpec, { registry, disks }: CostlyNeeds): Usage[] {
  const { nodeSize, minNodes, maxNodes, gpu } = cluster;
  const nodes = { low: minNodes, expected: minNodes, high: maxNodes, hibernated: 0 };
  const gpuNodes = { low: 0, expected: 0, high: gpu?.maxNodes ?? 0, hibernated: 0 };
  return [
    { resource: 'nodes', meter: `vm/${nodeSize}`, ...nodes },
    { resource: 'OS disks of the nodes', meter: osDiskOf(nodeSize), ...nodes },
    ...(gpu === undefined
      ? []
      : [
          {
            resource: 'GPU nodes',
            meter: `${gpu.spot ? 'spot' : 'vm'}/${gpu.nodeSize}`,
            ...gpuNodes,
          } as const,
          { resource: 'OS disks of the GPU nodes', meter: osDiskOf(gpu.nodeSize), ...gpuNodes },
        ]),
    { resource: 'AKS control plane', meter: FREE, ...always(1) },
    { resource: 'load balancer', meter: 'load-balancer/Standard', ...always(1) },
    { resource: 'public IPs', meter: 'public-ip/Standard', ...always(access.kind === 'public' ? 2 : 1) },
    ...storageUsage(),
    ...(registry ? [{ resource: KINDS.registry, meter: 'registry/Standard', ...always(1) } as const] : []),
    ...disks.map(({ name, gib }): Usage => ({
      resource: `disk of ${name}`,
      meter: `disk/E${tierOf(gib)}`,
      ...always(1),
    })),
  ];
}

/** The usage of a storage account. */
export const storageUsage = (): Usage[] => [
  { resource: KINDS.account, meter: 'blob/Hot LRS', ...always(STORED) },
];

const always = (quantity: number) => ({
  low: quantity,
  expected: quantity,
  high: quantity,
  hibernated: quantity,
});

/** The meters whose prices an estimate of this usage needs. */
export const metersOf = (usage: readonly Usage[]): Meter[] => [
  ...new Set(usage.map(({ meter }) => meter).filter((meter) => meter !== FREE)),
];

/** Prices what a stack uses. What has no price is named and left out of the totals. */
export function estimateCost(
  usage: readonly Usage[],
  { source, asOf, prices, notes }: PriceList,
): CostEstimate {
  const known: PriceList['prices'] = { ...prices, [FREE]: 0 };
  const priced = usage.flatMap((used) => {
    const price = known[used.meter];
    return price === undefined ? [] : [{ ...used, price, ...unitOf(used.meter) }];
  });
  const monthly = (by: 'low' | 'expected' | 'high' | 'hibernated') =>
    priced.reduce((sum, { price, perMonth, ...used }) => sum + used[by] * price * perMonth, 0);
  return {
    currency: 'USD',
    source,
    asOf,
    items: priced.map(({ resource, meter, unit, perMonth, price, expected, hibernated }) => ({
      resource,
      meter,
      unit,
      quantity: expected,
      unitPrice: price,
      hourly: rounded((expected * price * perMonth) / HOURS_PER_MONTH, 4),
      monthly: rounded(expected * price * perMonth, 2),
      hibernatedMonthly: rounded(hibernated * price * perMonth, 2),
    })),
    hourly: rounded(monthly('expected') / HOURS_PER_MONTH, 4),
    monthly: {
      low: rounded(monthly('low'), 2),
      expected: rounded(monthly('expected'), 2),
      high: rounded(monthly('high'), 2),
    },
    hibernatedMonthly: rounded(monthly('hibernated'), 2),
    assumptions: [...notes, ...assumptionsOf(usage, known)],
    unpriced: usage.filter(({ meter }) => known[meter] === undefined).map(({ resource, meter }) => `${resource} (${nameOf(meter)})`), // prettier-ignore
  };
}

/** What a stack costs a day as it is now, in US dollars; undefined when a price is missing. */
export function costPerDay({ hourly, hibernatedMonthly, unpriced }: CostEstimate, isHibernated: boolean) {
  if (unpriced.length > 0) return undefined;
  return rounded((isHibernated ? hibernatedMonthly / HOURS_PER_MONTH : hourly) * 24, 2);
}

function assumptionsOf(usage: readonly Usage[], prices: PriceList['prices']): string[] {
  const gpu = usage.find(({ resource }) => resource === 'GPU nodes');
  const gpuPrice = gpu && prices[gpu.meter];
  return [
    'List prices without taxes and discounts; a month of 730 hours with the fewest nodes.',
    `${STORED} GB are stored; traffic and single requests are not counted.`,
    'Nodes have managed OS disks; sizes with a large local disk do without, and cost less.',
    'Hibernation removes nodes and their OS disks, and leaves the load balancer, its IPs, disks and data.',
    ...(gpu === undefined
      ? []
      : [`No GPU node runs${gpuPrice === undefined ? '' : `; each costs $${gpuPrice.toFixed(2)} an hour while it does`}.`]), // prettier-ignore
  ];
}

const unitOf = (meter: Meter) => METERS[kindOf(meter)];
const kindOf = (meter: Meter) => meter.slice(0, meter.indexOf('/')) as MeterKind;

/** What a meter counts, without its kind: `Standard_D4s_v5`, `P10`. */
export const nameOf = (meter: Meter): string => meter.slice(meter.indexOf('/') + 1);

/** The kind and the name of a meter. */
export const meterParts = (meter: Meter): { kind: MeterKind; name: string } => ({
  kind: kindOf(meter),
  name: nameOf(meter),
});

const rounded = (amount: number, digits: number): number => Number(amount.toFixed(digits));
