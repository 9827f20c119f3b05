import type { App } from '../manifests/labels.ts';
import { selector } from '../manifests/labels.ts';
import { namespace } from '../manifests/namespace.ts';
import { allowIngress, denyIngress, service } from '../manifests/network.ts';
import { httpProbe } from '../manifests/probes.ts';
import { serviceAccount, WORKLOAD_IDENTITY } from '../manifests/rbac.ts';
import { persistentVolumeClaim } from '../manifests/storage.ts';
import { deployment } from '../manifests/workloads.ts';
import { at, expectOk, expectSame, textAt } from './canary.ts';
import type { Canary, CanaryRequest, Component, ManifestContext } from './component.ts';
import { clusterUrl, ENDPOINTS, localUrl } from './ports.ts';

const VERSION = '3.17.0';
const { namespace: NAMESPACE, service: NAME, port: PORT } = ENDPOINTS.mlflow;
const CONTAINER = 'mlflow';

export const mlflow: Component = {
  name: 'mlflow',
  title: 'MLflow',
  version: VERSION,
  summary: 'Experiment tracking, with artifacts in Azure Blob Storage',
  dependsOn: [],
  azure: {
    containers: [CONTAINER],
    identity: {
      namespace: NAMESPACE,
      serviceAccount: NAME,
      grants: [{ container: CONTAINER, role: 'Storage Blob Data Contributor' }],
    },
  },
  workload: {
    namespace: NAMESPACE,
    secrets: [],
    manifests,
    canary,
    usual: { install: 60, canary: 5 },
  },
  outputs: () => ({
    'experiment-tracker': {
      'tracking-url': localUrl(ENDPOINTS.mlflow),
      'cluster-url': clusterUrl(ENDPOINTS.mlflow),
    },
  }),
};

function manifests({ stack, storageAccount, clientId }: ManifestContext) {
  const app: App = { name: NAME, version: VERSION, namespace: NAMESPACE, stack, role: 'tracking-server' };
  return [
    namespace(app, 'restricted'),
    serviceAccount(app, NAME, clientId),
    persistentVolumeClaim(app, NAME, '10Gi'),
    service(app, NAME, PORT, 'http'),
    denyIngress(app),
    allowIngress(app, NAME, selector(app), ['http']),
    deployment(app, NAME, {
      serviceAccount: NAME,
      // The image names no user.
      uid: 1000,
      labels: WORKLOAD_IDENTITY,
      volumes: [
        { name: 'data', path: '/mlflow', claim: NAME },
        { name: 'tmp', path: '/tmp', emptyDir: true },
      ],
      container: {
        name: NAME,
        // The plain image lacks what Azure's storage needs.
        image: `ghcr.io/mlflow/mlflow:v${VERSION}-full`,
        command: ['mlflow', 'server'],
        args: ['--host=0.0.0.0', `--port=${PORT}`, '--workers=2'],
        ports: { http: PORT },
        environment: {
          HOME: '/tmp',
          MLFLOW_BACKEND_STORE_URI: 'sqlite:////mlflow/mlflow.db',
          // With neither a connection string nor a key set, MLflow uses the pod's workload identity.
          MLFLOW_ARTIFACTS_DESTINATION: `wasbs://${CONTAINER}@${storageAccount}.blob.core.windows.net`,
          MLFLOW_SERVER_ALLOWED_HOSTS: ALLOWED_HOSTS.join(','),
          MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: localUrl(ENDPOINTS.mlflow),
        },
        resources: { requests: { cpu: '250m', memory: '768Mi' }, limits: { memory: '1536Mi' } },
        probes: {
          startup: httpProbe('/health', 'http', { every: 10, failures: 30 }),
          liveness: httpProbe('/health', 'http', { every: 15 }),
          readiness: httpProbe('/health', 'http', { every: 10 }),
        },
      },
    }),
  ];
}

/** Setting this replaces MLflow's own list. The service proxy passes on the name of AKS's API server. */
const ALLOWED_HOSTS = [
  'localhost:*',
  '127.0.0.1:*',
  '10.*',
  NAME,
  `${NAME}:*`,
  `${NAME}.${NAMESPACE}*`,
  '*.azmk8s.io',
  '*.azmk8s.io:*',
];

const CANARY = 'matcha-canary';
const ARTIFACT = 'Matcha was here.';

async function canary(...[cluster]: Parameters<Canary>): Promise<void> {
  const call = (what: string, method: CanaryRequest['method'], path: string, body?: unknown) =>
    expectOk(
      what,
      cluster.call(
        { name: NAME, port: PORT },
        { method, path: `/api/2.0/${path}`, ...(body !== undefined && { body }) },
      ),
    );

  const experiment = await findOrCreateExperiment(cluster);
  const created = await call('Creating a run', 'POST', 'mlflow/runs/create', { experiment_id: experiment });
  const run = textAt('Creating a run', created, 'run', 'info', 'run_id');

  const metric = { run_id: run, key: 'canary', value: 1, timestamp: 1, step: 0 };
  await call('Logging a metric', 'POST', 'mlflow/runs/log-metric', metric);
  const read = await call('Reading the run', 'GET', `mlflow/runs/get?run_id=${run}`);
  expectSame('The metric read back', at(read, 'run', 'data', 'metrics', 0, 'value'), metric.value);

  const artifact = `mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/canary.txt`;
  await call('Writing an artifact', 'PUT', artifact, ARTIFACT);
  expectSame('The artifact read back', await call('Reading the artifact', 'GET', artifact), ARTIFACT);

  await call('Ending the run', 'POST', 'mlflow/runs/update', { run_id: run, status: 'FINISHED' });
  await call('Deleting the run', 'POST', 'mlflow/runs/delete', { run_id: run });
}

async function findOrCreateExperiment(...[cluster]: Parameters<Canary>): Promise<string> {
  const service = { name: NAME, port: PORT };
  const path = '/api/2.0/mlflow/experiments';
  const found = await cluster.call(service, {
    method: 'GET',
    path: `${path}/get-by-name?experiment_name=${CANARY}`,
  });
  if (found.status === 200)
    return textAt('Finding the experiment', found.body, 'experiment', 'experiment_id');
  const created = await expectOk(
    'Creating an experiment',
    cluster.call(service, { method: 'POST', path: `${path}/create`, body: { name: CANARY } }),
  );
  return textAt('Creating an experiment', created, 'experiment_id');
}
