import type { BlobAnswer, BlobRequest } from '../../lib/components/stand-in.ts';
import { WORKLOAD_IDENTITY } from '../../lib/manifests/rbac.ts';
import type { Cluster } from './cluster.ts';
import type { Pod } from './objects.ts';

/** Blob Storage as a process in a pod reaches it, with the credentials that the pod gets. */
export function blobsOf(cluster: Cluster, { metadata, spec }: Pod): (request: BlobRequest) => BlobAnswer {
  const { namespace = '' } = metadata;
  const serviceAccount = spec.serviceAccountName ?? 'default';
  const account = cluster.get('serviceaccounts', namespace, serviceAccount);
  const caller = {
    namespace,
    serviceAccount,
    clientId: account?.metadata.annotations?.['azure.workload.identity/client-id'],
    hasLabel: Object.entries(WORKLOAD_IDENTITY).every(([name, value]) => metadata.labels?.[name] === value),
  };
  return (request) => cluster.standIns.blobs(cluster.slug, caller, request);
}
