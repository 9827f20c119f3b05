import type { Outcome } from '../domain/outcome.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';

/** Connects to a cluster and runs work with it. Errors become outcomes. */
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

/** Forgets the address of a cluster that is ready: one that was created or started may have another address. */
export async function withNewAddress(
  { kubernetes }: Services,
  { resourceGroup, cluster }: { resourceGroup: string; cluster: string },
  outcome: Outcome,
): Promise<Outcome> {
  if (outcome.state === 'ready') await kubernetes.forget(resourceGroup, cluster);
  return outcome;
}
