import type { Azure } from './arm.ts';
import { clusterAt } from './cluster.ts';

/** The pools that an operation on a cluster, or on one of its pools, brings nodes up for. */
function poolsAt(azure: Azure, key: string) {
  const [cluster = '', pool] = key.split('/agentpools/');
  const pools = clusterAt(azure, cluster)?.properties.agentPoolProfiles ?? [];
  return pool === undefined ? pools : pools.filter(({ name }) => name.toLowerCase() === pool);
}

/** Makes each creation or start of nodes of a VM size fail. Azure notices it in the middle of the operation. */
export function exhaustCapacity(azure: Azure, size: string): void {
  for (const verb of ['create', 'start'])
    azure.operations.injectFault({
      resource: /\/managedclusters\//,
      verb,
      times: Number.POSITIVE_INFINITY,
      when: (key) =>
        poolsAt(azure, key).some(
          ({ vmSize = '', count = 1 }) => count > 0 && vmSize.toLowerCase() === size.toLowerCase(),
        ),
      failure: {
        code: 'AllocationFailed',
        message:
          `Allocation failed. We do not have sufficient capacity for the requested VM size ${size} in this region. ` +
          'Read more about improving likelihood of allocation success at https://aka.ms/allocation-guidance',
      },
    });
}
