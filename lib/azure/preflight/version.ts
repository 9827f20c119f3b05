import { problem } from '../../domain/problem.ts';
import { provisionStack, runAzureCli } from '../../domain/remedies.ts';
import { undefinedIfAbsent } from '../errors.ts';
import { isForGeneralUse } from '../versions.ts';
import type { Check } from './check.ts';

/** A Kubernetes version that was asked for has to be on offer; a cluster that exists has its own. */
export const checkVersion: Check = async ({ clients, input, group }) => {
  const { location, resourceGroup, cluster, size } = input;
  const { kubernetesVersion: wanted } = size;
  if (wanted === undefined) return [];
  const { managedClusters } = await clients.clusters();
  const { values = [] } = await managedClusters.listKubernetesVersions(location);
  const isOffered = values.some(
    ({ version, patchVersions = {} }) => version === wanted || wanted in patchVersions,
  );
  if (isOffered) return [];
  if (group === 'ours') {
    const existing = await managedClusters.get(resourceGroup, cluster).catch(undefinedIfAbsent);
    if (existing !== undefined) return [];
  }
  const offered = values.filter(isForGeneralUse).flatMap(({ version }) => version ?? []);
  return [
    problem('KUBERNETES_VERSION_UNSUPPORTED', `Kubernetes ${wanted} is not offered in ${location}`, {
      cause: `${location} offers ${offered.join(', ')}.`,
      remedies: [
        ...offered
          .slice(-1)
          .map((version) =>
            provisionStack(
              { 'cluster.kubernetesVersion': version },
              `Choose ${version}, or leave the version out.`,
            ),
          ),
        runAzureCli(
          `az aks get-versions --location ${location} --output table`,
          'This lists the patches, too.',
        ),
      ],
    }),
  ];
};
