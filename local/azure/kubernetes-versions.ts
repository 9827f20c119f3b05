import type { Reply } from './arm.ts';

/** The patches of each minor version that AKS offers, oldest first. */
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

/** The patch that a cluster gets for a version as callers write it (`1.35`, `1.35.3` or none); undefined if not offered. */
export const patchOf = (version = DEFAULT_MINOR): string | undefined =>
  OFFERED[version]?.at(-1) ??
  Object.values(OFFERED)
    .flat()
    .find((patch) => patch === version);

/** The versions of a region, as `kubernetesVersions` lists them. */
export function listKubernetesVersions(): Reply {
  const values = MINORS.map((version, index) => {
    const patches = OFFERED[version] ?? [];
    const next = OFFERED[MINORS[index + 1] ?? ''] ?? [];
    const upgradesOf = (patch: string) => [...patches.slice(patches.indexOf(patch) + 1), ...next];
    return {
      version,
      ...(version === DEFAULT_MINOR && { isDefault: true }),
      ...(PREVIEWS.includes(version) && { isPreview: true }),
      capabilities: {
        supportPlan: [
          ...(LONG_TERM_ONLY.includes(version) ? [] : ['KubernetesOfficial']),
          'AKSLongTermSupport',
        ],
      },
      patchVersions: Object.fromEntries(patches.map((patch) => [patch, { upgrades: upgradesOf(patch) }])),
    };
  });
  return { status: 200, body: { values } };
}
