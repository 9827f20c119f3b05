import { ready, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput } from '../domain/plan.ts';
import type { Finding } from '../domain/problem.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { unavailableSizes } from './preflight/nodes.ts';
import { attempt } from './reconcile.ts';
import { checkNewVersion, checkUpgrade } from './versions.ts';

/**
 * Checks whether Azure offers the new version and sizes that a cluster needs. Only reads, so that a request
 * can be refused at once.
 */
export const checkAvailability = (
  clients: AzureClients,
  { subscriptionId }: AzureOptions,
  input: ClusterInput,
  { isNewVersion, hasNewPool }: { isNewVersion: boolean; hasNewPool: boolean },
): Promise<Outcome<Finding[]>> =>
  attempt(clients, 'Availability', async () =>
    ready(
      [
        isNewVersion ? await versionFindings(clients, input) : [],
        hasNewPool ? await unavailableSizes(clients, subscriptionId, input) : [],
      ].flat(),
    ),
  );

/** Checks that a version is offered: by the region for a new cluster, or as an upgrade of an existing one. */
export async function versionFindings(
  clients: AzureClients,
  {
    resourceGroup,
    cluster,
    location,
    size,
  }: Pick<ClusterInput, 'resourceGroup' | 'cluster' | 'location' | 'size'>,
): Promise<Finding[]> {
  const { kubernetesVersion } = size;
  if (kubernetesVersion === undefined) return [];
  const { managedClusters } = await clients.clusters();
  const existing = await managedClusters.get(resourceGroup, cluster).catch(undefinedIfAbsent);
  return existing?.currentKubernetesVersion === undefined
    ? checkNewVersion(clients, location, kubernetesVersion)
    : checkUpgrade(clients, resourceGroup, existing, kubernetesVersion);
}
