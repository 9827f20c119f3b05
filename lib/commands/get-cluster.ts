import type { ClusterView } from '../api/cluster.ts';
import { resourceNames } from '../domain/names.ts';
import { authorize } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import type { Services } from '../services.ts';
import { existingStack } from './read-stacks.ts';
import { valueOf } from './value-of.ts';

/** The version and the node pools of the cluster of a stack, read from Azure. */
export async function getCluster(
  services: Services,
  principal: Principal,
  name: string,
): Promise<ClusterView> {
  authorize(principal, 'getCluster');
  const { value: stack } = await existingStack(services, name);
  const { resourceGroup, cluster } = resourceNames(name, stack.suffix);
  return valueOf(await services.azure.describeCluster({ resourceGroup, cluster }), 'AZURE_UNAVAILABLE');
}
