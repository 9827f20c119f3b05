import type { ManagedCluster } from '@azure/arm-containerservice';
import { applyPatch } from '../domain/merge-patch.ts';
import { done, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput } from '../domain/plan.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import { hasAccess } from './access.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import {
  CONTROL_PLANE_DEFAULTS,
  creationBody,
  desiredControlPlane,
  unchangedBody,
} from './desired/control-plane.ts';
import { changedBody, differencesOf } from './desired/normal-form.ts';
import { desiredPools, hasPools, poolName, type Pool } from './desired/pool.ts';
import { ensurePool, removeLeftoverPools } from './pools.ts';
import { isSound, reconcile } from './reconcile.ts';
import { sequence } from './sequence.ts';
import { handleShortage, type StepContext } from './shortage.ts';
import { chooseVersion, isVersion } from './versions.ts';

/**
 * Makes the cluster, or changes it where it differs from what is wanted: first its control plane, then its
 * pools, which AKS changes one at a time. Without a version in the spec it keeps the one that it was made
 * with. The spec says what to do where Azure lacks quota or capacity.
 */
export const ensureCluster = (
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  call: StepContext,
): Promise<Outcome> =>
  handleShortage(clients, options, input, call, async (nodeSize, resume) => {
    const pools = desiredPools({ ...input.size, nodeSize });
    const outcome = await sequence(
      [
        { name: 'cluster', run: (at) => ensureControlPlane(clients, options, input, pools, at) },
        ...pools.map((pool) => ({
          name: poolName(pool),
          run: (at?: string) => ensurePool(clients, input, pool, at),
        })),
        { name: 'leftovers', run: (at) => removeLeftoverPools(clients, input, pools, at) },
      ],
      resume,
    );
    return outcome.state === 'ready' ? { ...done, detail: pools.map(sizeText).join(', ') } : outcome;
  });

const sizeText = ({ role, nodeSize, minCount, maxCount }: Pool): string =>
  `${role === 'gpu' ? 'GPU ' : ''}${minCount}-${maxCount} x ${nodeSize}`;

/** The cluster itself: there, running, configured as desired, and of the version that the spec asks for. */
async function ensureControlPlane(
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  pools: readonly Pool[],
  resume?: string,
): Promise<Outcome<ManagedCluster>> {
  const { resourceGroup, cluster, location, size } = input;
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { managedClusters } = client;
  const desired = desiredControlPlane(input);
  const stateOf = ({ provisioningState }: ManagedCluster) => provisioningState;
  const put = (body: ManagedCluster) => managedClusters.createOrUpdate(resourceGroup, cluster, body);
  const isConfigured = (found: ManagedCluster) =>
    differencesOf(found, desired, CONTROL_PLANE_DEFAULTS).length === 0;
  const hasVersion = ({ currentKubernetesVersion }: ManagedCluster) =>
    isVersion(currentKubernetesVersion, size.kubernetesVersion);

  /** Its creation failed and the spec has other pools by now: repeating the creation cannot help. */
  const isUnusable = async (found: ManagedCluster) =>
    !isSound({ stateOf }, found) &&
    found.tags?.['matcha-stack'] === input.tags['matcha-stack'] &&
    !hasPools(found.agentPoolProfiles ?? [], pools) &&
    !(await hasAccess(clients, options, found.id ?? ''));

  return reconcile<ManagedCluster>(
    clients,
    {
      title: titleOf(KINDS.cluster, cluster),
      pollEvery: 10,
      get: () => managedClusters.get(resourceGroup, cluster),
      stateOf,
      isCurrent: (found) => !isStopped(found) && isConfigured(found) && hasVersion(found),
      async submit(found) {
        if (found === undefined) {
          const version = size.kubernetesVersion ?? (await chooseVersion(clients, location));
          return { poller: put(newCluster(input, pools, version)) };
        }
        if (isStopped(found))
          return { doing: 'Starting', poller: managedClusters.start(resourceGroup, cluster) };
        if (await isUnusable(found))
          return { doing: 'Deleting', poller: managedClusters.delete(resourceGroup, cluster) };
        const body = changedBody(unchangedBody(found), desired);
        // One change at a time, so that a refused upgrade does not keep the rest from being applied.
        if (!isConfigured(found) || hasVersion(found)) return { poller: put(body) };
        const kubernetesVersion = size.kubernetesVersion ?? '';
        return { doing: `Upgrading to ${kubernetesVersion}`, poller: put({ ...body, kubernetesVersion }) };
      },
      restore: (serialized) => ({
        poller: restorePoller(client, serialized, managedClusters.createOrUpdate),
      }),
    },
    resume,
  );
}

const isStopped = ({ powerState }: ManagedCluster): boolean => powerState?.code === 'Stopped';

/** A private cluster is made without the add-on for public access. */
function newCluster(
  input: ClusterInput,
  pools: readonly Pool[],
  version: string | undefined,
): ManagedCluster {
  const { ingressProfile, ...desired } = desiredControlPlane(input);
  const body = applyPatch<ManagedCluster>({ location: input.location }, desired);
  return applyPatch(body, {
    ...creationBody(input, pools, version),
    ...(input.access.kind === 'public' && { ingressProfile }),
  });
}
