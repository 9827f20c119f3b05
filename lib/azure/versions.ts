import type { KubernetesVersion } from '@azure/arm-containerservice';
import type { AzureClients } from './clients.ts';

/** The newest minor version (of Kubernetes 1) whose API the catalogue's manifests are checked against. */
const NEWEST_TESTED = 36;

/**
 * The Kubernetes for a new cluster: the newest minor that the region offers for general use, within what the
 * catalogue is tested with. Undefined where there is none such; AKS then takes its own default.
 */
export async function chooseVersion(clients: AzureClients, location: string): Promise<string | undefined> {
  const { managedClusters } = await clients.clusters();
  const { values = [] } = await managedClusters.listKubernetesVersions(location);
  const minors = values.filter(isForGeneralUse).map(({ version = '' }) => Number(version.split('.')[1]));
  const newest = Math.max(...minors.filter((minor) => minor <= NEWEST_TESTED));
  return Number.isFinite(newest) ? `1.${newest}` : undefined;
}

/** Neither a preview nor one that only clusters with long-term support may have. */
export const isForGeneralUse = ({ isPreview, capabilities }: KubernetesVersion): boolean =>
  isPreview !== true && (capabilities?.supportPlan?.includes('KubernetesOfficial') ?? true);
