import { disksOf } from '../components/disks.ts';
import { estimateCost, metersOf, usageOf, type CostEstimate } from '../domain/cost.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { Services } from '../services.ts';

/**
 * The cost of a stack by list prices. Never fails: lists resources without a price, and components that the
 * catalogue no longer has.
 */
export async function stackCost({ pricing, catalogue }: Services, spec: StackSpec): Promise<CostEstimate> {
  const components = catalogue.componentsOf(spec);
  const usage = usageOf(spec, {
    registry: components.some(({ azure }) => azure?.registry),
    disks: disksOf(components),
  });
  const estimate = estimateCost(usage, await pricing.pricesOf(spec.location, metersOf(usage)));
  return { ...estimate, unpriced: [...estimate.unpriced, ...catalogue.retiredOf(spec)] };
}
