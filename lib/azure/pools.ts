import { createHash } from 'node:crypto';
import type { AgentPool, ManagedCluster, ManagedClusterAgentPoolProfile } from '@azure/arm-containerservice';
import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput } from '../domain/plan.ts';
import type { AzureClients } from './clients.ts';
import { attempt, reconcile, remove } from './reconcile.ts';

/** The label by which Matcha knows its own pools from those that others add to the cluster. */
const OURS = 'matcha.dev/pool';

/** How often an operation on a pool is polled where Azure does not say, in seconds. */
const POLL_EVERY = 10;

const LONGEST_NAME = 12;

/** A node pool as it is to be. */
export interface Pool {
  role: 'system' | 'gpu';
  nodeSize: string;
  minCount: number;
  maxCount: number;
  spot: boolean;
}

type Place = Pick<ClusterInput, 'resourceGroup' | 'cluster'>;

/** The pools of a cluster of this size; that of GPU nodes is empty until something needs one. */
export const wantedPools = ({ nodeSize, minNodes, maxNodes, gpu }: ClusterInput['size']): Pool[] => [
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

/** The pool as it is created together with its cluster. */
export const profileOf = (pool: Pool): ManagedClusterAgentPoolProfile => ({
  ...bodyOf(pool),
  name: poolName(pool),
  type: 'VirtualMachineScaleSets',
});

const bodyOf = ({ role, nodeSize, minCount, maxCount, spot }: Pool) => ({
  mode: role === 'system' ? 'System' : 'User',
  osType: 'Linux',
  vmSize: nodeSize,
  enableAutoScaling: true,
  count: minCount,
  minCount,
  maxCount,
  nodeLabels: { [OURS]: role },
  // Keeps everything that does not ask for a GPU away from the nodes that have one.
  ...(role === 'gpu' && { nodeTaints: ['sku=gpu:NoSchedule'] }),
  ...(spot && { scaleSetPriority: 'Spot', scaleSetEvictionPolicy: 'Delete', spotMaxPrice: -1 }),
});

/** Makes the pool, or changes its bounds where they differ; nothing else of it is touched. */
export async function ensurePool(
  clients: AzureClients,
  { resourceGroup, cluster }: Place,
  pool: Pool,
  resume?: string,
): Promise<Outcome<AgentPool>> {
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { agentPools } = client;
  const name = poolName(pool);
  const { minCount, maxCount } = pool;
  return reconcile<AgentPool>(
    clients,
    {
      title: `Node pool ${name}`,
      pollEvery: POLL_EVERY,
      get: () => agentPools.get(resourceGroup, cluster, name),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: (found) =>
        found.enableAutoScaling === true && found.minCount === minCount && found.maxCount === maxCount,
      submit: (found) => ({
        doing: `${found === undefined ? 'Creating' : 'Scaling'} node pool ${name}`,
        poller: agentPools.createOrUpdate(
          resourceGroup,
          cluster,
          name,
          withinBounds({
            ...(found ?? { ...bodyOf(pool), typePropertiesType: 'VirtualMachineScaleSets' }),
            enableAutoScaling: true,
            minCount,
            maxCount,
          }),
        ),
      }),
      restore: (serialized) => ({ poller: restorePoller(client, serialized, agentPools.createOrUpdate) }),
    },
    resume,
  );
}

/** Which pool is being removed, and where that continues. */
interface Removal {
  pool: string;
  resume: string;
}

/** Removes the pools of ours that are not wanted any more, one after the other. */
export async function removeLeftovers(
  clients: AzureClients,
  place: Place,
  wanted: readonly Pool[],
  resume?: string,
): Promise<Outcome> {
  const { resourceGroup, cluster } = place;
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { agentPools } = client;
  const underWay = resume === undefined ? undefined : (JSON.parse(resume) as Removal);
  const first = async () => {
    const pools = await Array.fromAsync(agentPools.list(resourceGroup, cluster));
    return ready(leftovers(pools, wanted)[0]?.name);
  };
  const next = underWay === undefined ? await attempt(clients, 'Node pools', first) : ready(underWay.pool);
  if (next.state !== 'ready') return next;
  const name = next.value;
  if (name === undefined) return done;
  const outcome = await remove<AgentPool>(
    clients,
    {
      title: `Node pool ${name}`,
      pollEvery: POLL_EVERY,
      get: () => agentPools.get(resourceGroup, cluster, name),
      stateOf: ({ provisioningState }) => provisioningState,
      submit: () => ({
        doing: `Deleting node pool ${name}`,
        poller: agentPools.delete(resourceGroup, cluster, name),
      }),
      restore: (serialized) => ({ poller: restorePoller(client, serialized, agentPools.delete) }),
    },
    underWay?.resume,
  );
  if (outcome.state === 'ready') return removeLeftovers(clients, place, wanted);
  if (outcome.state === 'failed' || outcome.resume === undefined) return outcome;
  return { ...outcome, resume: JSON.stringify({ pool: name, resume: outcome.resume } satisfies Removal) };
}

/**
 * The cluster as a PUT may send it back. A PUT replaces the whole cluster, so it takes along everything that
 * is there, the pools included: through the cluster AKS adds none and removes none.
 */
export const asItIs = (found: ManagedCluster): ManagedCluster => ({
  ...found,
  agentPoolProfiles: (found.agentPoolProfiles ?? []).map(withinBounds),
});

/** AKS refuses a count outside the bounds, also where the bounds have moved away from it. */
function withinBounds<P extends Bounded>(pool: P): P {
  const { count = 0, minCount = count, maxCount = count } = pool;
  return { ...pool, count: Math.min(Math.max(count, minCount), maxCount) };
}

interface Bounded {
  count?: number;
  minCount?: number;
  maxCount?: number;
}

interface Labelled {
  name?: string;
  nodeLabels?: Record<string, string>;
}

/** Whether of our pools there are exactly these, whatever their bounds. */
export const hasPools = (found: readonly Labelled[], pools: readonly Pool[]): boolean =>
  pools.every((pool) => found.some(({ name }) => name === poolName(pool))) &&
  leftovers(found, pools).length === 0;

const leftovers = <P extends Labelled>(found: readonly P[], wanted: readonly Pool[]): P[] =>
  found.filter(
    ({ name, nodeLabels }) =>
      nodeLabels?.[OURS] !== undefined && !wanted.some((pool) => name === poolName(pool)),
  );
