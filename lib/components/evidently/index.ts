import { selector, type KubernetesApp } from '../../manifests/labels.ts';
import { namespace } from '../../manifests/namespace.ts';
import { allowIngress, denyIngress, service } from '../../manifests/network.ts';
import { httpProbe } from '../../manifests/probes.ts';
import { serviceAccount } from '../../manifests/rbac.ts';
import { persistentVolumeClaim } from '../../manifests/storage.ts';
import { deployment } from '../../manifests/workloads.ts';
import { at, expectOk, expectSame, pathTo } from '../canary.ts';
import {
  CanaryError,
  type CanaryCluster,
  type CanaryRequest,
  type Component,
  type Endpoint,
  type ManifestContext,
} from '../component.ts';
import { clusterUrl, urlFor } from '../ports.ts';

const VERSION = '0.7.21';
/** It does not know its callers, so it is never public. */
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
};

function manifests({ stack }: ManifestContext) {
  const app: KubernetesApp = {
    name: NAME,
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'model-monitoring',
  };
  // Lists the projects, so it is answered once the workspace has been read.
  const projects = (every: number, failures?: number) =>
    httpProbe('/api/projects', 'http', { every, ...(failures !== undefined && { failures }) });
  return [
    namespace(app, 'restricted'),
    serviceAccount(app, NAME),
    persistentVolumeClaim(app, NAME, '5Gi'),
    service(app, NAME, PORT, 'http'),
    denyIngress(app),
    allowIngress(app, NAME, selector(app), ['http']),
    deployment(app, NAME, {
      serviceAccount: NAME,
      // The image names no user. That it runs as one is not verified with the image itself.
      uid: 1000,
      volumes: [
        { name: 'data', path: '/evidently', claim: NAME },
        { name: 'tmp', path: '/tmp', emptyDir: true },
      ],
      container: {
        name: NAME,
        image: `evidently/evidently-service:${VERSION}`,
        command: ['evidently', 'ui'],
        // Not the disk itself: every folder of the workspace is taken for a project, `lost+found` too.
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
  const call = (what: string, method: CanaryRequest['method'], under: string, body?: unknown) =>
    expectOk(
      what,
      cluster.call(
        { name: NAME, port: PORT },
        { method, path: `/api/projects${under}`, ...(body !== undefined && { body }) },
      ),
    );

  const id = await call('Creating a project', 'POST', '', { name: CANARY });
  if (typeof id !== 'string') throw new CanaryError('Creating a project: the answer is no id');
  const project = await call('Reading the project', 'GET', pathTo`/${id}/info`);
  expectSame('The project read back', at(project, 'name'), CANARY);
  await call('Deleting the project', 'DELETE', pathTo`/${id}`);
}
