import type { Outcome } from '../domain/outcome.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';

/** Opens the cluster, which is Azure's part, and works with it, which is Kubernetes'. What goes wrong is an outcome. */
export async function withCluster<T>(
  { kubernetes }: Services,
  { resourceGroup, cluster: name }: { resourceGroup: string; cluster: string },
  title: string,
  work: (cluster: Cluster) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const opened = await kubernetes.open(resourceGroup, name);
  if (opened.state !== 'ready') return opened;
  const cluster = opened.value;
  return cluster.attempt(title, () => work(cluster));
}
