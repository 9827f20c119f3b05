import type { Azure, ArmRequest, Json, Reply, ResourceType, Target } from './arm.ts';
import {
  AKS_API_VERSIONS,
  changeCluster,
  clusterAt,
  POOL_TYPE,
  rejectPowerState,
  requireIdle,
} from './cluster.ts';
import type { AgentPool, Cluster } from './cluster.ts';
import { checkPool, checkPoolUnchanged, checkPoolVersion } from './cluster-checks.ts';
import { completePool } from './cluster-defaults.ts';
import { poolTarget } from './clusters.ts';
import { DURATIONS } from './durations.ts';
import { idNotFound, aksError } from './errors.ts';
import { asyncOperation, locationOf } from './polling.ts';
import { checkQuota } from './quota.ts';

/** The pool as a separate resource. It is stored as part of its cluster. */
const show = (cluster: Cluster, { name, ...properties }: AgentPool): Json => ({
  id: `${cluster.id}/agentPools/${name}`,
  name,
  type: POOL_TYPE,
  properties,
});

function parentOf(azure: Azure, target: Target): Cluster {
  const cluster = clusterAt(azure, target.parent ?? '');
  if (!cluster) throw idNotFound(target.within);
  return cluster;
}

const poolsOf = ({ properties }: Cluster) => properties.agentPoolProfiles ?? [];
const isNamed = (target: Target) => (pool: AgentPool) => pool.name === target.name;

function get(azure: Azure, target: Target): Reply {
  const cluster = parentOf(azure, target);
  const pool = poolsOf(cluster).find(isNamed(target));
  if (!pool) throw aksError(404, 'NotFound', `Could not find agent pool '${target.name ?? ''}'.`);
  return { status: 200, body: show(cluster, pool) };
}

function list(azure: Azure, target: Target): Reply {
  const cluster = parentOf(azure, target);
  return { status: 200, body: { value: poolsOf(cluster).map((pool) => show(cluster, pool)) } };
}

/** Starts an operation on one pool. The cluster is `Updating` until it ends. */
function begin(
  azure: Azure,
  target: Target,
  verb: 'create' | 'upgrade' | 'delete',
  pools: AgentPool[],
  seconds: number,
) {
  changeCluster(azure, target.parent ?? '', ({ properties }) => {
    properties.agentPoolProfiles = pools;
    properties.provisioningState = 'Updating';
  });
  return azure.operations.begin({ type: target.type, verb, resource: target.key, seconds });
}

function put(azure: Azure, target: Target, request: ArmRequest): Reply {
  const cluster = parentOf(azure, target);
  requireIdle(cluster);
  rejectPowerState(cluster, 'Stopped', 'updating');
  const before = poolsOf(cluster);
  const current = before.find(isNamed(target));
  const wanted = {
    mode: 'User',
    ...(request.body['properties'] as Json | undefined),
    name: target.name ?? '',
  };
  const pool = completePool(wanted, current, cluster.properties.currentKubernetesVersion ?? '');
  checkPool(azure, pool, cluster.location);
  checkPoolUnchanged(current, pool);
  checkPoolVersion(pool, cluster.properties.currentKubernetesVersion ?? '');
  const isUpgrade = poolTarget(pool) !== pool.currentOrchestratorVersion;
  if (isUpgrade) pool.provisioningState = 'Upgrading';
  const after = [...before.filter((other) => other !== current), pool];
  // An upgrade adds one surge node while it replaces the others.
  const surge = isUpgrade && (pool.count ?? 0) > 0 ? [{ ...pool, count: 1 }] : [];
  checkQuota(azure, cluster.location, before, [...after, ...surge]);
  const { write, upgrade } = DURATIONS.agentPool;
  const operation = isUpgrade
    ? begin(azure, target, 'upgrade', after, upgrade * Math.max(1, pool.count ?? 1))
    : begin(azure, target, 'create', after, write);
  return {
    status: current ? 200 : 201,
    body: show(cluster, pool),
    headers: asyncOperation(azure, operation, request),
  };
}

function remove(azure: Azure, target: Target, request: ArmRequest): Reply {
  const cluster = parentOf(azure, target);
  const pools = poolsOf(cluster);
  const pool = pools.find(isNamed(target));
  if (!pool) return { status: 204 };
  requireIdle(cluster);
  if (pools.every((other) => other === pool || other.mode !== 'System'))
    throw aksError(400, 'BadRequest', 'There has to be at least one system agent pool.');
  const deleting = pools.map((other) =>
    other === pool ? { ...pool, provisioningState: 'Deleting' } : other,
  );
  const operation = begin(azure, target, 'delete', deleting, DURATIONS.agentPool.delete);
  return {
    status: 202,
    headers: { ...asyncOperation(azure, operation, request), ...locationOf(azure, operation, request) },
  };
}

/** Ends an operation on a pool. `key` is the lower-case id of the pool. */
function end(azure: Azure, key: string, settle: (pool: AgentPool) => AgentPool[]): undefined {
  const [clusterKey = '', name] = key.split('/agentpools/');
  changeCluster(azure, clusterKey, ({ properties }) => {
    properties.provisioningState = 'Succeeded';
    properties.agentPoolProfiles =
      properties.agentPoolProfiles?.flatMap((pool) => (pool.name === name ? settle(pool) : [pool])) ?? [];
  });
}

export const agentPools: ResourceType = {
  name: POOL_TYPE,
  apiVersions: AKS_API_VERSIONS,
  isTracked: false,
  deleteSeconds: DURATIONS.agentPool.delete,
  get,
  list,
  put,
  delete: remove,
  complete: {
    create: (azure, key) => end(azure, key, (pool) => [{ ...pool, provisioningState: 'Succeeded' }]),
    upgrade: (azure, key) =>
      end(azure, key, (pool) => [
        { ...pool, currentOrchestratorVersion: poolTarget(pool), provisioningState: 'Succeeded' },
      ]),
    delete: (azure, key) => end(azure, key, () => []),
  },
  fail: (azure, key) => end(azure, key, (pool) => [{ ...pool, provisioningState: 'Failed' }]),
};
