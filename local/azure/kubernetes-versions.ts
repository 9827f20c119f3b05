import type { Reply } from './arm.ts';
import { aksError } from './errors.ts';

/** The patch versions of each minor version that AKS offers, oldest first. */
const OFFERED: Record<string, string[]> = {
  '1.33': ['1.33.9', '1.33.10'],
  '1.34': ['1.34.6', '1.34.7'],
  '1.35': ['1.35.3', '1.35.4'],
  '1.36': ['1.36.0', '1.36.1'],
  '1.37': ['1.37.0'],
};

/** Offered with long-term support only. */
const LONG_TERM_ONLY = ['1.33'];
const PREVIEWS = ['1.37'];

const DEFAULT_MINOR = '1.35';
const MINORS = Object.keys(OFFERED);

/** The patch version for a requested version (`1.35`, `1.35.3` or none); undefined if AKS does not offer it. */
export const patchOf = (version = DEFAULT_MINOR): string | undefined =>
  OFFERED[version]?.at(-1) ??
  Object.values(OFFERED)
    .flat()
    .find((patch) => patch === version);

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** The versions that a cluster or pool can be upgraded to: later patches of its minor version, and the next minor version. */
export function upgradesOf(version: string): string[] {
  const minor = minorOf(version);
  const patches = OFFERED[minor] ?? [];
  const next = OFFERED[MINORS[MINORS.indexOf(minor) + 1] ?? ''] ?? [];
  return [...patches.slice(patches.indexOf(version) + 1), ...next];
}

/**
 * The patch version of a cluster or pool of version `current` after a PUT of `wanted`. Its present minor version
 * changes nothing, even if there is a later patch.
 */
export const targetOf = (current: string, wanted: string | undefined): string | undefined =>
  wanted === undefined || wanted === minorOf(current) ? current : patchOf(wanted);

/** Throws for a downgrade, or for an upgrade that skips a minor version. */
export function checkUpgrade(current: string, target: string): void {
  const upgrades = upgradesOf(current);
  if (target === current || upgrades.includes(target)) return;
  const isDowngrade = compare(target, current) < 0;
  throw aksError(
    400,
    'OperationNotAllowed',
    `${isDowngrade ? 'Downgrading' : 'Upgrading'} Kubernetes version ${current} to ${target} is not allowed. ` +
      `Available upgrades: [${upgrades.join(' ')}]. Please see https://aka.ms/aks-supported-k8s-ver for version details.`,
  );
}

/** Throws if a pool is newer than its control plane, or more than two minor versions older. */
export function checkSkew(pool: string, controlPlane: string): void {
  const [, poolMinor = 0] = pool.split('.').map(Number);
  const [, minor = 0] = controlPlane.split('.').map(Number);
  const incompatible = `Node pool version ${pool} and control plane version ${controlPlane} are incompatible. `;
  if (compare(pool, controlPlane) > 0)
    throw aksError(
      400,
      'NodePoolMcVersionIncompatible',
      `${incompatible}Minor version of node pool version ${String(poolMinor)} is bigger than control plane version ` +
        `${String(minor)}. For more information, please check https://aka.ms/version-skew-policy`,
    );
  if (minor - poolMinor > 2)
    throw aksError(
      400,
      'NodePoolMcVersionIncompatible',
      `${incompatible}Minor version of node pool cannot be more than 2 versions less than control plane's version. ` +
        `Minor version of node pool is ${String(poolMinor)} and control plane is ${String(minor)}.`,
    );
}

function compare(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const index = left.findIndex((number, at) => number !== right[at]);
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}

/** The response of `kubernetesVersions`. */
export function listKubernetesVersions(): Reply {
  const values = MINORS.map((version) => ({
    version,
    ...(version === DEFAULT_MINOR && { isDefault: true }),
    ...(PREVIEWS.includes(version) && { isPreview: true }),
    capabilities: {
      supportPlan: [
        ...(LONG_TERM_ONLY.includes(version) ? [] : ['KubernetesOfficial']),
        'AKSLongTermSupport',
      ],
    },
    patchVersions: Object.fromEntries(
      (OFFERED[version] ?? []).map((patch) => [patch, { upgrades: upgradesOf(patch) }]),
    ),
  }));
  return { status: 200, body: { values } };
}

/** The upgrades of a control plane or a pool, in the format of `upgradeProfiles`. */
export const upgradeProfile = (version: string) => ({
  kubernetesVersion: version,
  osType: 'Linux',
  upgrades: upgradesOf(version).map((kubernetesVersion) => ({
    kubernetesVersion,
    ...(PREVIEWS.includes(minorOf(kubernetesVersion)) && { isPreview: true }),
  })),
});
