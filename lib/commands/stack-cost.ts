import { disksOf } from '../components/disks.ts';
import {
  estimateCost,
  metersOf,
  storageUsage,
  usageOf,
  type CostEstimate,
  type Usage,
} from '../domain/cost.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { Services } from '../services.ts';

/** What a stack costs by list prices. Never fails: what has no price, or is not known any more, is named as such. */
export async function stackCost(services: Services, spec: StackSpec): Promise<CostEstimate> {
  const { catalogue } = services;
  const components = catalogue.componentsOf(spec);
  const usage = usageOf(spec, {
    registry: components.some(({ azure }) => azure?.registry),
    disks: disksOf(components),
  });
  const estimate = await priced(services, spec, usage);
  return { ...estimate, unpriced: [...estimate.unpriced, ...catalogue.retiredOf(spec)] };
}

/** The cost of a storage account that was kept when its stack was destroyed. */
export const keptStorageCost = (services: Services, spec: StackSpec): Promise<CostEstimate> =>
  priced(services, spec, storageUsage());

const priced = async (
  { pricing }: Services,
  { location }: StackSpec,
  usage: Usage[],
): Promise<CostEstimate> => estimateCost(usage, await pricing.pricesOf(location, metersOf(usage)));
