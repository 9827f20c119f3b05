import { disksOf } from '../components/disks.ts';
import { estimateCost, metersOf, usageOf, type CostEstimate } from '../domain/cost.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { Services } from '../services.ts';

/** What a stack costs by list prices. Never fails: what has no price, or is not known any more, is named as such. */
export async function stackCost({ pricing, catalogue }: Services, spec: StackSpec): Promise<CostEstimate> {
  const components = catalogue.componentsOf(spec);
  const usage = usageOf(spec, {
    registry: components.some(({ azure }) => azure?.registry),
    disks: disksOf(components),
  });
  const estimate = estimateCost(usage, await pricing.pricesOf(spec.location, metersOf(usage)));
  return { ...estimate, unpriced: [...estimate.unpriced, ...catalogue.retiredOf(spec)] };
}
