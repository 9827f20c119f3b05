import { componentNamed } from '../components/index.ts';
import { disksOf } from '../components/disks.ts';
import { estimateCost, metersOf, usageOf, type CostEstimate } from '../domain/cost.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { Services } from '../services.ts';

/** What a stack costs by list prices. Never fails: what has no price is named as such. */
export async function stackCost({ pricing }: Services, spec: StackSpec): Promise<CostEstimate> {
  const usage = usageOf(spec, {
    registry: spec.components.some((name) => componentNamed(name).azure?.registry),
    disks: disksOf(spec.components),
  });
  return estimateCost(usage, await pricing.pricesOf(spec.location, metersOf(usage)));
}
