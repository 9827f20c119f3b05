import { createHash } from 'node:crypto';
import type { ManagedClusterAgentPoolProfile } from '@azure/arm-containerservice';
import type { ClusterInput } from '../../domain/plan.ts';

/** The label of Matcha's own pools; others may add pools to the cluster. */
const POOL_LABEL = 'matcha.dev/pool';

const MAX_NAME = 12;

export interface Pool {
  role: 'system' | 'gpu';
  nodeSize: string;
  minCount: number;
  maxCount: number;
  spot: boolean;
}

/** The pools of a cluster of this size. The GPU pool is empty until a pod needs a GPU. */
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
 * The name of a pool. AKS cannot change the VM size or the spot priority of a pool, so both are in the name:
 * another size is another pool. At most 12 lower-case letters and digits.
 */
export function poolName({ role, nodeSize, spot }: Pick<Pool, 'role' | 'nodeSize' | 'spot'>): string {
  const size = nodeSize
    .replace(/^Standard_/i, '')
    .replaceAll('_', '')
    .toLowerCase();
  const name = `${spot ? 'spot' : role.slice(0, 3)}${size}`;
  if (name.length <= MAX_NAME) return name;
  return (
    name.slice(0, 8) +
    createHash('sha256')
      .update(name)
      .digest('hex')
      .slice(0, MAX_NAME - 8)
  );
}

export const systemPoolName = (nodeSize: string): string =>
  poolName({ role: 'system', nodeSize, spot: false });

/** The properties of a pool that can change. */
export const desiredPool = ({ role, minCount, maxCount }: Pool) => ({
  mode: role === 'system' ? 'System' : 'User',
  enableAutoScaling: true,
  minCount,
  maxCount,
  nodeLabels: { [POOL_LABEL]: role },
  // Only pods that request a GPU may run on GPU nodes.
  ...(role === 'gpu' && { nodeTaints: ['sku=gpu:NoSchedule'] }),
});

/** Properties of a new pool that cannot change later. */
export const poolCreationBody = ({ nodeSize, minCount, spot }: Pool) => ({
  osType: 'Linux',
  vmSize: nodeSize,
  count: minCount,
  ...(spot && { scaleSetPriority: 'Spot', scaleSetEvictionPolicy: 'Delete', spotMaxPrice: -1 }),
});

/** The body of a pool that is created with its cluster. */
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

/** Moves the count into the bounds: AKS refuses other counts, even when only the bounds changed. */
export function withinBounds<P extends Bounded>(pool: P): P {
  const { count = 0, minCount = count, maxCount = count } = pool;
  return { ...pool, count: Math.min(Math.max(count, minCount), maxCount) };
}

interface LabeledPool {
  name?: string;
  nodeLabels?: Record<string, string>;
}

/** Matcha's pools that the spec no longer has. */
export const leftoverPools = <P extends LabeledPool>(found: readonly P[], wanted: readonly Pool[]): P[] =>
  found.filter(
    ({ name, nodeLabels }) =>
      nodeLabels?.[POOL_LABEL] !== undefined && !wanted.some((pool) => name === poolName(pool)),
  );

/** Whether Matcha's pools are exactly these; their bounds may differ. */
export const hasPools = (found: readonly LabeledPool[], pools: readonly Pool[]): boolean =>
  pools.every((pool) => found.some(({ name }) => name === poolName(pool))) &&
  leftoverPools(found, pools).length === 0;

/**
 * The index of the node size in use, from a list in order of preference. A cluster keeps the size of its
 * nodes. 0 when it has none of them.
 */
export const nodeSizeInUse = (found: readonly LabeledPool[], sizes: readonly string[]): number =>
  Math.max(
    0,
    sizes.findIndex((nodeSize) => found.some(({ name }) => name === systemPoolName(nodeSize))),
  );
