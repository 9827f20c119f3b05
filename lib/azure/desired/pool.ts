import { createHash } from 'node:crypto';
import type { ManagedClusterAgentPoolProfile } from '@azure/arm-containerservice';
import type { ClusterInput } from '../../domain/plan.ts';

/** The label by which Matcha knows its own pools from those that others add to the cluster. */
const POOL_LABEL = 'matcha.dev/pool';

const LONGEST_NAME = 12;

export interface Pool {
  role: 'system' | 'gpu';
  nodeSize: string;
  minCount: number;
  maxCount: number;
  spot: boolean;
}

/** The pools of a cluster of this size; that of GPU nodes is empty until something needs one. */
export const desiredPools = ({
  nodeSize,
  minNodes,
  maxNodes,
  gpu,
}: Pick<ClusterInput['size'], 'nodeSize' | 'minNodes' | 'maxNodes' | 'gpu'>): Pool[] => [
  { role: 'system', nodeSize, minCount: minNodes, maxCount: maxNodes, spot: false },
  ...(gpu === undefined
    ? []
    : [
        { role: 'gpu' as const, nodeSize: gpu.nodeSize, minCount: 0, maxCount: gpu.maxNodes, spot: gpu.spot },
      ]),
];

/**
 * What a pool is called. AKS cannot give a pool another VM size, nor make it spot, so the name says both:
 * another size is another pool. At most 12 lower-case letters and digits.
 */
export function poolName({ role, nodeSize, spot }: Pick<Pool, 'role' | 'nodeSize' | 'spot'>): string {
  const size = nodeSize
    .replace(/^Standard_/i, '')
    .replaceAll('_', '')
    .toLowerCase();
  const name = `${spot ? 'spot' : role.slice(0, 3)}${size}`;
  if (name.length <= LONGEST_NAME) return name;
  return (
    name.slice(0, 8) +
    createHash('sha256')
      .update(name)
      .digest('hex')
      .slice(0, LONGEST_NAME - 8)
  );
}

export const systemPoolName = (nodeSize: string): string =>
  poolName({ role: 'system', nodeSize, spot: false });

/** What a pool can become, as long as it lives. */
export const desiredPool = ({ role, minCount, maxCount }: Pool) => ({
  mode: role === 'system' ? 'System' : 'User',
  enableAutoScaling: true,
  minCount,
  maxCount,
  nodeLabels: { [POOL_LABEL]: role },
  // Keeps everything that does not ask for a GPU away from the nodes that have one.
  ...(role === 'gpu' && { nodeTaints: ['sku=gpu:NoSchedule'] }),
});

/** What a pool has for life, besides what is desired of it. */
export const poolCreationBody = ({ nodeSize, minCount, spot }: Pool) => ({
  osType: 'Linux',
  vmSize: nodeSize,
  count: minCount,
  ...(spot && { scaleSetPriority: 'Spot', scaleSetEvictionPolicy: 'Delete', spotMaxPrice: -1 }),
});

/** The pool as it is created together with its cluster. */
export const creationProfile = (pool: Pool): ManagedClusterAgentPoolProfile => ({
  ...poolCreationBody(pool),
  ...desiredPool(pool),
  name: poolName(pool),
  type: 'VirtualMachineScaleSets',
});

interface Bounded {
  count?: number;
  minCount?: number;
  maxCount?: number;
}

/** AKS refuses a count outside the bounds, also where the bounds have moved away from it. */
export function withinBounds<P extends Bounded>(pool: P): P {
  const { count = 0, minCount = count, maxCount = count } = pool;
  return { ...pool, count: Math.min(Math.max(count, minCount), maxCount) };
}

interface Labelled {
  name?: string;
  nodeLabels?: Record<string, string>;
}

/** Pools of Matcha's that are not wanted any more. */
export const leftoverPools = <P extends Labelled>(found: readonly P[], wanted: readonly Pool[]): P[] =>
  found.filter(
    ({ name, nodeLabels }) =>
      nodeLabels?.[POOL_LABEL] !== undefined && !wanted.some((pool) => name === poolName(pool)),
  );

/** Whether Matcha's pools are exactly these, whatever their bounds. */
export const hasPools = (found: readonly Labelled[], pools: readonly Pool[]): boolean =>
  pools.every((pool) => found.some(({ name }) => name === poolName(pool))) &&
  leftoverPools(found, pools).length === 0;

/**
 * The node size in use, of those that are wanted in this order: a cluster that has nodes of one keeps them.
 * Where it has none, the first.
 */
export const nodeSizeInUse = (found: readonly Labelled[], sizes: readonly string[]): number =>
  Math.max(
    0,
    sizes.findIndex((nodeSize) => found.some(({ name }) => name === systemPoolName(nodeSize))),
  );
