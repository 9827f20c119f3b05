import type { Outcome } from '../domain/outcome.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';

/** Opens the cluster and works with it; what goes wrong on the way or in it becomes an outcome. */
export const withCluster = <T>(
  { azure, kubernetes }: Services,
  { resourceGroup, cluster }: { resourceGroup: string; cluster: string },
  what: string,
  work: (cluster: Cluster) => Promise<Outcome<T>>,
): Promise<Outcome<T>> =>
  azure.attempt(what, async () => {
    const opened = await kubernetes.open(resourceGroup, cluster);
    return opened.attempt(what, () => work(opened));
  });
