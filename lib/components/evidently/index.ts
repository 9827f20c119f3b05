import { allowConnect } from '../../manifests/connect.ts';
import type { KubernetesApp } from '../../manifests/labels.ts';
import { namespace } from '../../manifests/namespace.ts';
import { httpService } from '../../manifests/network.ts';
import { httpProbe } from '../../manifests/probes.ts';
import { serviceAccount } from '../../manifests/rbac.ts';
import { persistentVolumeClaim } from '../../manifests/storage.ts';
import { deployment } from '../../manifests/workloads.ts';
import { at, callerOf, expectSame, pathTo } from '../canary.ts';
import {
  CanaryError,
  type CanaryCluster,
  type Component,
  type Endpoint,
  type ManifestContext,
} from '../component.ts';
import { addressFor, clusterUrl, urlFor } from '../ports.ts';

const VERSION = '0.7.21';
/** It does not authenticate callers, so it is never public. */
const ENDPOINT: Endpoint = { local: 8240, namespace: 'evidently', service: 'evidently', port: 8000 };
const { namespace: NAMESPACE, service: NAME, port: PORT } = ENDPOINT;

export const evidently: Component = {
  name: 'evidently',
  title: 'Evidently',
  version: VERSION,
  summary: 'Drift and data quality of models, from reports that pipelines send',
  slot: 'model-monitoring',
  dependsOn: [],
  endpoint: ENDPOINT,
  workload: {
    namespace: NAMESPACE,
    secrets: [],
    manifests,
    canary,
    standIn: () => import('./stand-in.ts'),
    usual: { install: 45, canary: 3 },
  },
  outputs: (context) => ({
    'model-monitoring': { url: urlFor(ENDPOINT, context), 'cluster-url': clusterUrl(ENDPOINT) },
  }),
  // Its client reads no variable: `RemoteWorkspace(os.environ["EVIDENTLY_URL"])`.
  environment: (context, from) => ({ EVIDENTLY_URL: addressFor(ENDPOINT, context, from) }),
};

function manifests({ stack }: ManifestContext) {
  const app: KubernetesApp = {
    name: NAME,
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'model-monitoring',
  };
  // Lists the projects, so it succeeds only after the workspace is read.
  const projects = (every: number, failures?: number) =>
    httpProbe('/api/projects', 'http', { every, ...(failures !== undefined && { failures }) });
  return [
    namespace(app, 'restricted'),
    serviceAccount(app, NAME),
    persistentVolumeClaim(app, NAME, '5Gi'),
    ...httpService(app, NAME, PORT),
    ...allowConnect(app),
    deployment(app, NAME, {
      serviceAccount: NAME,
      // The image sets no user. It is not verified with the image that it runs as this one.
      uid: 1000,
      volumes: [
        { name: 'data', path: '/evidently', claim: NAME },
        { name: 'tmp', path: '/tmp', emptyDir: true },
      ],
      container: {
        name: NAME,
        image: `evidently/evidently-service:${VERSION}`,
        command: ['evidently', 'ui'],
        // Not the root of the disk: Evidently treats every folder of the workspace as a project, also
        // `lost+found`.
        args: ['--host=0.0.0.0', `--port=${PORT}`, '--workspace=/evidently/workspace'],
        ports: { http: PORT },
        environment: { HOME: '/tmp', DO_NOT_TRACK: '1' },
        // It keeps all reports in memory.
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
        probes: { startup: projects(5, 60), liveness: projects(15), readiness: projects(10) },
      },
    }),
  ];
}

const CANARY = 'matcha-canary';

async function canary(cluster: CanaryCluster): Promise<void> {
  const call = callerOf(cluster, { name: NAME, port: PORT }, '/api/projects');

  const id = await call('Creating a project', 'POST', '', { name: CANARY });
  if (typeof id !== 'string') throw new CanaryError('Creating a project: the response is not an id');
  const project = await call('Reading the project', 'GET', pathTo`/${id}/info`);
  expectSame('The project read back', at(project, 'name'), CANARY);
  await call('Deleting the project', 'DELETE', pathTo`/${id}`);
}
