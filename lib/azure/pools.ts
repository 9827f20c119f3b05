import type { AgentPool } from '@azure/arm-containerservice';
import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput } from '../domain/plan.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import type { AzureClients } from './clients.ts';
import { changedBody, differencesOf } from './desired/normal-form.ts';
import {
  desiredPool,
  leftoverPools,
  poolCreationBody,
  poolName,
  withinBounds,
  type Pool,
} from './desired/pool.ts';
import { attempt, reconcile, remove } from './reconcile.ts';
import { isVersion } from './versions.ts';

/** How often an operation on a pool is polled where Azure does not say, in seconds. */
const POLL_EVERY = 10;

type PoolInput = Pick<ClusterInput, 'resourceGroup' | 'cluster' | 'size'>;

/**
 * Makes the pool, or changes it where it differs: first its settings, then its Kubernetes version, which
 * replaces its nodes one after the other.
 */
export async function ensurePool(
  clients: AzureClients,
  { resourceGroup, cluster, size }: PoolInput,
  pool: Pool,
  resume?: string,
): Promise<Outcome<AgentPool>> {
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { agentPools } = client;
  const name = poolName(pool);
  const desired = desiredPool(pool);
  const { kubernetesVersion: version } = size;
  const put = (body: AgentPool) =>
    agentPools.createOrUpdate(resourceGroup, cluster, name, withinBounds(body));
  return reconcile<AgentPool>(
    clients,
    {
      title: titleOf(KINDS.pool, name),
      pollEvery: POLL_EVERY,
      get: () => agentPools.get(resourceGroup, cluster, name),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: (found) =>
        differencesOf(found, desired).length === 0 && isVersion(found.currentOrchestratorVersion, version),
      submit(found) {
        if (found === undefined) {
          const body = {
            ...poolCreationBody(pool),
            ...desired,
            typePropertiesType: 'VirtualMachineScaleSets',
          };
          return { doing: `Creating node pool ${name}`, poller: put(body) };
        }
        const body = changedBody<AgentPool>(found, desired);
        const isConfigured = differencesOf(found, desired).length === 0;
        if (isConfigured && version !== undefined && !isVersion(found.currentOrchestratorVersion, version))
          return {
            doing: `Upgrading node pool ${name}`,
            poller: put({ ...body, orchestratorVersion: version }),
          };
        return { doing: `Updating node pool ${name}`, poller: put(body) };
      },
      restore: (serialized) => ({ poller: restorePoller(client, serialized, agentPools.createOrUpdate) }),
    },
    resume,
  );
}

/** Which pool is being removed, and where that continues. */
interface PoolDeletion {
  pool: string;
  resume: string;
}

/** Removes the pools of Matcha's that are not wanted any more, one after the other. */
export async function removeLeftoverPools(
  clients: AzureClients,
  input: PoolInput,
  wanted: readonly Pool[],
  resume?: string,
): Promise<Outcome> {
  const { resourceGroup, cluster } = input;
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { agentPools } = client;
  const underWay = resume === undefined ? undefined : (JSON.parse(resume) as PoolDeletion);
  const first = async () => {
    const pools = await Array.fromAsync(agentPools.list(resourceGroup, cluster));
    return ready(leftoverPools(pools, wanted)[0]?.name);
  };
  const next = underWay === undefined ? await attempt(clients, 'Node pools', first) : ready(underWay.pool);
  if (next.state !== 'ready') return next;
  const name = next.value;
  if (name === undefined) return done;
  const outcome = await remove<AgentPool>(
    clients,
    {
      title: titleOf(KINDS.pool, name),
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
  if (outcome.state === 'ready') return removeLeftoverPools(clients, input, wanted);
  if (outcome.state === 'failed' || outcome.resume === undefined) return outcome;
  return {
    ...outcome,
    resume: JSON.stringify({ pool: name, resume: outcome.resume } satisfies PoolDeletion),
  };
}
