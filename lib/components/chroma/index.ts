import { configMap } from '../../manifests/config.ts';
import { allowConnect } from '../../manifests/connect.ts';
import type { KubernetesApp } from '../../manifests/labels.ts';
import { namespace } from '../../manifests/namespace.ts';
import { httpService } from '../../manifests/network.ts';
import { httpProbe } from '../../manifests/probes.ts';
import { serviceAccount } from '../../manifests/rbac.ts';
import { statefulSet } from '../../manifests/workloads.ts';
import { at, callerOf, expectSame, pathTo, textAt } from '../canary.ts';
import type { Endpoint, CanaryCluster, Component, ManifestContext } from '../component.ts';
import { addressFor, clusterUrl, localUrl } from '../ports.ts';

const VERSION = '1.5.9';
/** It does not authenticate callers, so it is never public. */
const ENDPOINT: Endpoint = { local: 8238, namespace: 'chroma', service: 'chroma', port: 8000 };
const { namespace: NAMESPACE, service: NAME, port: PORT } = ENDPOINT;

export const chroma: Component = {
  name: 'chroma',
  title: 'Chroma',
  version: VERSION,
  summary: 'Vector database',
  slot: 'vector-database',
  dependsOn: [],
  endpoint: ENDPOINT,
  workload: {
    namespace: NAMESPACE,
    secrets: [],
    manifests,
    canary,
    standIn: () => import('./stand-in.ts'),
    usual: { install: 40, canary: 4 },
  },
  outputs: () => ({
    'vector-database': { url: localUrl(ENDPOINT), 'cluster-url': clusterUrl(ENDPOINT) },
  }),
  // Its client reads host and port separately.
  environment(context, from) {
    const { hostname, port } = new URL(addressFor(ENDPOINT, context, from));
    return { CHROMA_HOST: hostname, CHROMA_PORT: port };
  },
};

const CONFIG = `persist_path: /data
port: ${PORT}
listen_address: 0.0.0.0
allow_reset: false
`;

function manifests({ stack }: ManifestContext) {
  const app: KubernetesApp = {
    name: NAME,
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'vector-database',
  };
  const pod = {
    serviceAccount: NAME,
    // The image runs as root by default, but writes only to its data.
    uid: 1000,
    volumes: [
      { name: 'data', path: '/data', template: true as const },
      { name: 'config', path: '/config.yaml', configMap: NAME, key: 'config.yaml' },
      { name: 'tmp', path: '/tmp', emptyDir: true as const },
    ],
    container: {
      name: NAME,
      image: `chromadb/chroma:${VERSION}`,
      args: ['run', '/config.yaml'],
      ports: { http: PORT },
      // Variables override the file, and Kubernetes sets this one to `tcp://...` for a service named chroma.
      environment: { CHROMA_PORT: `${PORT}` },
      // The index is in memory: about vectors x dimensions x 4 bytes.
      resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '2Gi' } },
      probes: {
        startup: httpProbe('/api/v2/heartbeat', 'http', { every: 5, failures: 60 }),
        liveness: httpProbe('/api/v2/heartbeat', 'http', { every: 15 }),
        readiness: httpProbe('/api/v2/healthcheck', 'http', { every: 10 }),
      },
    },
  };
  return [
    namespace(app, 'restricted'),
    serviceAccount(app, NAME),
    configMap(app, NAME, { 'config.yaml': CONFIG }),
    ...httpService(app, NAME, PORT),
    ...allowConnect(app),
    statefulSet(app, NAME, pod, { service: NAME, volume: 'data', size: '10Gi' }),
  ];
}

const COLLECTION = 'matcha-canary';
const VECTORS = { north: [0, 1, 0], east: [1, 0, 0], up: [0, 0, 1] };

async function canary(cluster: CanaryCluster): Promise<void> {
  const path = '/api/v2/tenants/default_tenant/databases/default_database/collections';
  const call = callerOf(cluster, { name: NAME, port: PORT }, path);

  const collection = await call('Creating a collection', 'POST', '', {
    name: COLLECTION,
    get_or_create: true,
  });
  const id = textAt('Creating a collection', collection, 'id');
  await call('Writing vectors', 'POST', pathTo`/${id}/upsert`, {
    ids: Object.keys(VECTORS),
    embeddings: Object.values(VECTORS),
  });
  const nearest = await call('Querying', 'POST', pathTo`/${id}/query`, {
    query_embeddings: [[0.9, 0.1, 0]],
    n_results: 1,
    include: ['distances'],
  });
  expectSame('The nearest vector', at(nearest, 'ids', 0, 0), 'east');
  await call('Deleting the collection', 'DELETE', `/${COLLECTION}`);
}
