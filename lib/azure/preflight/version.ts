import { versionFindings } from '../availability.ts';
import { checkNewVersion } from '../versions.ts';
import type { Check } from './check.ts';

/**
 * Checks that a requested Kubernetes version is available: in the region, or as an upgrade of the cluster.
 */
export const checkVersion: Check = async ({ clients, input, group }) => {
  const { kubernetesVersion } = input.size;
  if (kubernetesVersion === undefined) return [];
  return group === 'ours'
    ? versionFindings(clients, input)
    : checkNewVersion(clients, input.location, kubernetesVersion);
};
