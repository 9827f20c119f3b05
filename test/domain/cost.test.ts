import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { disksOf } from '../../lib/components/disks.ts';
import {
  costPerDay,
  estimateCost,
  metersOf,
  usageOf,
  type CostEstimate,
  type PriceList,
} from '../../lib/domain/cost.ts';
import { specOf } from '../helpers/specs.ts';

/** Simple prices: a node costs 73 dollars a month. */
const prices: PriceList['prices'] = {
  'vm/Standard_D4s_v5': 0.1,
  'vm/Standard_D8s_v5': 0.2,
  'vm/Standard_NC4as_T4_v3': 1,
  'spot/Standard_NC4as_T4_v3': 0.5,
  'disk/P10': 10,
  'disk/P15': 20,
  'disk/E2': 1,
  'disk/E3': 2,
  'blob/Hot LRS': 0.02,
  'registry/Standard': 0.6,
  'load-balancer/Standard': 0.02,
  'public-ip/Standard': 0.01,
};

function costOf(request: object = {}, { without = [] as string[] } = {}): CostEstimate {
  const spec = specOf('default', request);
  const usage = usageOf(spec, { registry: true, disks: [{ name: 'ZenML', gib: 5 }] });
  const known = Object.fromEntries(Object.entries(prices).filter(([meter]) => !without.includes(meter)));
  return estimateCost(usage, { source: 'offline', asOf: '2026-01-01', prices: known, notes: [] });
}

const item = (cost: CostEstimate, resource: string) =>
  cost.items.find((found) => found.resource === resource);

test('the expected cost is the sum of the resources, and the high estimate includes the maximum number of nodes', () => {
  const cost = costOf();
  const sum = cost.items.reduce((total, { monthly }) => total + monthly, 0);
  expect(cost.monthly.expected).toBeCloseTo(sum, 2);
  // Two more nodes, each with its OS disk.
  expect(cost.monthly.high - cost.monthly.expected).toBeCloseTo(2 * (73 + 10), 2);
  expect(cost.monthly.low).toBe(cost.monthly.expected);
  expect(cost.hourly * 730).toBeCloseTo(cost.monthly.expected, 1);
});

test('prices per hour, day, month and gigabyte are converted to a month', () => {
  const cost = costOf();
  expect(item(cost, 'nodes')).toMatchObject({ unit: 'hour', quantity: 1, monthly: 73, hourly: 0.1 });
  expect(item(cost, 'container registry')).toMatchObject({ unit: 'day', monthly: 18.25 });
  expect(item(cost, 'disk of ZenML')).toMatchObject({ meter: 'disk/E2', monthly: 1, hibernatedMonthly: 1 });
  expect(item(cost, 'storage account')).toMatchObject({ unit: 'GB-month', quantity: 50, monthly: 1 });
  expect(item(cost, 'AKS control plane')).toMatchObject({ unitPrice: 0, monthly: 0 });
});

test('a hibernated stack has the same cost without nodes', () => {
  const cost = costOf();
  expect(cost.monthly.expected - cost.hibernatedMonthly).toBeCloseTo(73 + 10, 2);
  expect(costPerDay(cost, false)).toBeCloseTo((cost.monthly.expected / 730) * 24, 2);
  expect(costPerDay(cost, true)).toBeCloseTo((cost.hibernatedMonthly / 730) * 24, 2);
});

test('larger nodes have larger OS disks, and public access needs another IP address', () => {
  expect(item(costOf({ cluster: { nodeSize: 'Standard_D8s_v5' } }), 'OS disks of the nodes')?.meter).toBe(
    'disk/P15',
  );
  expect(
    item(costOf({ access: { kind: 'public', allowFrom: ['10.0.0.0/8'] } }), 'public IPs')?.quantity,
  ).toBe(2);
});

test('an empty GPU pool costs nothing, and the assumptions have the price of a node', () => {
  const gpu = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2 };
  const cost = costOf({ cluster: { gpu } });
  expect(item(cost, 'GPU nodes')).toMatchObject({ quantity: 0, monthly: 0, unitPrice: 1 });
  expect(cost.monthly.expected).toBe(costOf().monthly.expected);
  expect(cost.monthly.high - costOf().monthly.high).toBeCloseTo(2 * (730 + 10), 2);
  expect(cost.assumptions.join(' ')).toContain('$1.00 an hour');
  expect(item(costOf({ cluster: { gpu: { ...gpu, spot: true } } }), 'GPU nodes')?.unitPrice).toBe(0.5);
});

test('a missing price is listed as unpriced, and there is no cost per day', () => {
  const cost = costOf({}, { without: ['vm/Standard_D4s_v5'] });
  expect(cost.unpriced).toEqual(['nodes (Standard_D4s_v5)']);
  expect(item(cost, 'nodes')).toBeUndefined();
  expect(cost.monthly.expected).toBeCloseTo(costOf().monthly.expected - 73, 2);
  expect(costPerDay(cost, false)).toBeUndefined();
});

test('free resources need no price', () => {
  const meters = metersOf(usageOf(specOf('default'), { registry: false, disks: [] }));
  expect(meters).toContain('vm/Standard_D4s_v5');
  expect(meters.filter((meter) => /control-plane|registry/.test(meter))).toEqual([]);
});

test('the disks are those of the claims in the manifests', () => {
  expect(disksOf(defaultCatalogue.componentsOf(specOf('llm')))).toEqual([
    { name: 'ZenML', gib: 5 },
    { name: 'MLflow', gib: 10 },
    { name: 'Chroma', gib: 10 },
  ]);
});
