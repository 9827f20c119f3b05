import type { Cluster, Manifest } from './cluster.ts';
import type { Kind } from './kinds.ts';
import { recordAt } from './objects.ts';
import type { ApiObject, JsonRecord } from './objects.ts';
import { causes, forbidden, invalid, notFound } from './status.ts';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** The next free address of the cluster's service network. */
function allocateClusterIp(cluster: Cluster): string {
  const taken = cluster.list('services').map(({ spec }) => spec.clusterIP);
  for (let host = 11; ; host++) {
    const ip = `10.0.${String(Math.floor(host / 256))}.${String(host % 256)}`;
    if (!taken.includes(ip)) return ip;
  }
}

const defaultClass = (cluster: Cluster) =>
  cluster
    .list('storageclasses.storage.k8s.io')
    .find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true')?.metadata.name;

type Prepare = (object: Manifest, cluster: Cluster) => Manifest;

const withSpec = (object: Manifest, members: JsonRecord): Manifest => ({
  ...object,
  spec: { ...recordAt(object, 'spec'), ...members },
});

/** Fields that the API server sets when it creates an object. */
const PREPARATIONS: Record<string, Prepare | undefined> = {
  namespaces: (object) => ({
    ...withSpec(object, { finalizers: ['kubernetes'] }),
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name },
    },
    status: { phase: 'Active' },
  }),
  services: (object, cluster) => {
    const { type, clusterIP } = recordAt(object, 'spec');
    if (type === 'ExternalName' || clusterIP === 'None') return object;
    const ip = typeof clusterIP === 'string' && clusterIP ? clusterIP : allocateClusterIp(cluster);
    return {
      ...withSpec(object, { clusterIP: ip, clusterIPs: [ip], ipFamilies: ['IPv4'] }),
      status: { loadBalancer: {} },
    };
  },
  persistentvolumeclaims: (object, cluster) => {
    const className = recordAt(object, 'spec')['storageClassName'] ?? defaultClass(cluster);
    return {
      ...withSpec(object, className === undefined ? {} : { storageClassName: className }),
      metadata: { ...object.metadata, finalizers: ['kubernetes.io/pvc-protection'] },
      status: { phase: 'Pending' },
    };
  },
  'jobs.batch': (object) => {
    const labels = { 'batch.kubernetes.io/job-name': object.metadata.name, 'job-name': object.metadata.name };
    const template = recordAt(recordAt(object, 'spec'), 'template');
    const metadata = recordAt(template, 'metadata');
    return withSpec(object, {
      selector: { matchLabels: labels },
      template: {
        ...template,
        metadata: { ...metadata, labels: { ...recordAt(metadata, 'labels'), ...labels } },
      },
    });
  },
  pods: (object) => ({ ...object, status: { phase: 'Pending' } }),
};

export const prepare = <T extends Manifest>(resource: string, manifest: T, cluster: Cluster): T => {
  const preparation = PREPARATIONS[resource];
  return preparation ? (preparation(manifest, cluster) as T) : manifest;
};

/** Creates an object of a controller, with the fields that the API server sets. */
export const createPrepared = (cluster: Cluster, resource: string, manifest: Manifest): ApiObject =>
  cluster.create(resource, prepare(resource, manifest, cluster));

/**
 * Checks the preconditions of a creation: an active namespace, a service account for a pod, a free IP for a Service.
 * @throws ApiError 403, 404 or 422.
 */
export function admit(kind: Kind, { metadata, ...object }: Manifest, cluster: Cluster): void {
  const { namespace, name } = metadata;
  if (!kind.namespaced || namespace === undefined) return;
  const found = cluster.get('namespaces', undefined, namespace);
  if (!found) throw notFound({ ...kind, group: '', plural: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp) {
    throw forbidden(
      kind,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    );
  }
  if (kind.plural === 'pods') {
    const { serviceAccountName: named } = recordAt(object, 'spec');
    const account = typeof named === 'string' ? named : 'default';
    if (!cluster.get('serviceaccounts', namespace, account)) {
      throw forbidden(
        kind,
        name,
        `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
      );
    }
  }
  if (kind.plural === 'services') {
    const { clusterIP } = recordAt(object, 'spec');
    const holder = cluster.list('services').find(({ spec }) => spec.clusterIP === clusterIP);
    if (typeof clusterIP === 'string' && clusterIP !== 'None' && clusterIP !== '' && holder) {
      throw invalid(kind, name, [
        causes.invalid(
          'spec.clusterIPs',
          [clusterIP],
          'failed to allocate IP: provided IP is already allocated',
        ),
      ]);
    }
  }
}
