import type { KubernetesVersion, ManagedCluster } from '@azure/arm-containerservice';
import { problem, type Finding } from '../domain/problem.ts';
import { provisionStack, runAzureCli } from '../domain/remedies.ts';
import type { AzureClients } from './clients.ts';

/** The newest minor version of Kubernetes 1 that the catalogue's manifests are tested with. */
const NEWEST_TESTED = 36;

/**
 * The Kubernetes version for a new cluster: the newest generally available minor version in the region that
 * the catalogue is tested with. Undefined when there is none; then AKS chooses its default.
 */
export async function chooseVersion(clients: AzureClients, location: string): Promise<string | undefined> {
  const { managedClusters } = await clients.clusters();
  const { values = [] } = await managedClusters.listKubernetesVersions(location);
  const minors = values.filter(isForGeneralUse).map(({ version = '' }) => Number(version.split('.')[1]));
  const newest = Math.max(...minors.filter((minor) => minor <= NEWEST_TESTED));
  return Number.isFinite(newest) ? `1.${newest}` : undefined;
}

/** Whether a version is neither a preview nor for long-term support only. */
const isForGeneralUse = ({ isPreview, capabilities }: KubernetesVersion): boolean =>
  isPreview !== true && (capabilities?.supportPlan?.includes('KubernetesOfficial') ?? true);

/**
 * Whether a version such as `1.36.1` matches the requested one. `1.36` matches all its patches, as in AKS;
 * without a request every version matches.
 */
export const isVersion = (found: string | undefined, asked: string | undefined): boolean =>
  asked === undefined || found === asked || (found ?? '').startsWith(`${asked}.`);

const numbers = (version: string): number[] => version.split('.').map(Number);

/** The minor version, such as `1.36`. */
const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

function compare(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  const index = left.findIndex((number, at) => number !== (right[at] ?? number));
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}

/** Checks that a region offers a version to new clusters. */
export async function checkNewVersion(
  clients: AzureClients,
  location: string,
  asked: string,
): Promise<Finding[]> {
  const { managedClusters } = await clients.clusters();
  const { values = [] } = await managedClusters.listKubernetesVersions(location);
  const isOffered = values.some(
    ({ version, patchVersions = {} }) => version === asked || asked in patchVersions,
  );
  if (isOffered) return [];
  const offered = values.filter(isForGeneralUse).flatMap(({ version }) => version ?? []);
  return [
    problem('KUBERNETES_VERSION_UNSUPPORTED', `Kubernetes ${asked} is not offered in ${location}`, {
      cause: `${location} offers ${listed(offered)}.`,
      remedies: [
        ...offered.slice(-1).map(provisionWith),
        runAzureCli(
          `az aks get-versions --location ${location} --output table`,
          'This lists the patches too.',
        ),
      ],
    }),
  ];
}

/**
 * Checks that a cluster can have a version. AKS upgrades by one minor version at a time, and cannot
 * downgrade.
 */
export async function checkUpgrade(
  clients: AzureClients,
  resourceGroup: string,
  { name = '', currentKubernetesVersion: current = '' }: ManagedCluster,
  asked: string,
): Promise<Finding[]> {
  if (isVersion(current, asked)) return [];
  const { managedClusters } = await clients.clusters();
  const { controlPlaneProfile } = await managedClusters.getUpgradeProfile(resourceGroup, name);
  const upgrades = (controlPlaneProfile.upgrades ?? []).flatMap(
    ({ kubernetesVersion }) => kubernetesVersion ?? [],
  );
  return upgradeFindings(name, current, asked, upgrades);
}

/** The findings against an upgrade; `upgrades` are the versions that AKS offers. */
export function upgradeFindings(
  cluster: string,
  current: string,
  asked: string,
  upgrades: readonly string[],
): Finding[] {
  if (isVersion(current, asked) || upgrades.some((version) => isVersion(version, asked))) return [];
  const minors = [...new Set(upgrades.map(minorOf))].sort(compare);
  const next = minors.find((minor) => compare(minor, minorOf(current)) > 0);
  const runs = `${cluster} runs Kubernetes ${current}`;
  if (compare(asked, current) < 0)
    return [
      unsupported(
        `${runs} and cannot be downgraded to ${asked}`,
        'AKS does not downgrade clusters.',
        minorOf(current),
      ),
    ];
  const isSkipped = next !== undefined && compare(minorOf(asked), next) > 0;
  const cause =
    upgrades.length === 0 ? 'AKS offers it no upgrade now.' : `AKS offers it ${listed(upgrades)}.`;
  if (!isSkipped) return [unsupported(`${runs}; AKS offers it no ${asked}`, cause, next)];
  return [
    problem('KUBERNETES_VERSION_SKIPPED', `${runs}; ${asked} is more than one minor version away`, {
      cause,
      remedies: [provisionWith(next)],
    }),
  ];
}

const unsupported = (message: string, cause: string, instead: string | undefined): Finding =>
  problem('KUBERNETES_VERSION_UNSUPPORTED', message, {
    cause,
    ...(instead !== undefined && { remedies: [provisionWith(instead)] }),
  });

const provisionWith = (version: string) =>
  provisionStack(
    { 'cluster.kubernetesVersion': version },
    `Choose Kubernetes ${version}, or leave the version out.`,
  );

const listed = (versions: readonly string[]): string => versions.join(', ');
