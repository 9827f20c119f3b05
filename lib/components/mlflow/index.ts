import type { PublicAccess } from '../../domain/public-access.ts';
import type { Place, Registration } from '../../domain/registration.ts';
import { allowConnect } from '../../manifests/connect.ts';
import { fromSecret } from '../../manifests/environment.ts';
import { publicRoute } from '../../manifests/gateway.ts';
import type { KubernetesApp } from '../../manifests/labels.ts';
import { namespace } from '../../manifests/namespace.ts';
import { httpService } from '../../manifests/network.ts';
import { httpProbe } from '../../manifests/probes.ts';
import { serviceAccount, WORKLOAD_IDENTITY } from '../../manifests/rbac.ts';
import { persistentVolumeClaim } from '../../manifests/storage.ts';
import { deployment } from '../../manifests/workloads.ts';
import { at, callerOf, expectOk, expectSame, pathTo, textAt } from '../canary.ts';
import type {
  Endpoint,
  Canary,
  Component,
  GeneratedSecret,
  ManifestContext,
  OutputContext,
} from '../component.ts';
import { addressFor, clusterUrl, localUrl, originsOf, urlFor } from '../ports.ts';
import { registeredSecret } from '../zenml/names.ts';
import { ARTIFACTS } from './names.ts';

const VERSION = '3.17.0';
const ENDPOINT = {
  local: 5237,
  namespace: 'mlflow',
  service: 'mlflow',
  port: 5000,
  public: 8443,
} as const satisfies Endpoint;
const { namespace: NAMESPACE, service: NAME, port: PORT } = ENDPOINT;
const AUTH = 'mlflow-auth';
const AUTH_FILE = 'basic_auth.ini';

/**
 * MLflow has no authentication by default, which is enough for forwarded ports. A public MLflow authenticates
 * callers with these credentials; more users are added in its own pages.
 */
const CREDENTIALS: GeneratedSecret = {
  name: AUTH,
  namespace: NAMESPACE,
  values: {
    username: 'admin',
    password: { random: 24 },
    'flask-secret-key': { random: 64 },
    [AUTH_FILE]: {
      template: `[mlflow]
default_permission = READ
database_uri = sqlite:////mlflow/basic_auth.db
admin_username = {username}
admin_password = {password}
`,
    },
  },
};

/** Where the server keeps artifacts: in Blob Storage, or on its own disk where no Blob Storage exists. */
type ArtifactStore = 'blob' | 'disk';

export const mlflowWith = (artifacts: ArtifactStore): Component => ({
  name: 'mlflow',
  title: 'MLflow',
  version: VERSION,
  summary: 'Experiment tracking, with artifacts in Azure Blob Storage',
  slot: 'experiment-tracker',
  dependsOn: [],
  endpoint: ENDPOINT,
  azure: {
    containers: [ARTIFACTS],
    identity: {
      serviceAccounts: [{ namespace: NAMESPACE, name: NAME }],
      grants: [{ container: ARTIFACTS, role: 'Storage Blob Data Contributor' }],
    },
  },
  workload: {
    namespace: NAMESPACE,
    secrets: [CREDENTIALS],
    manifests: (context) => manifests(context, artifacts),
    canary,
    standIn: () => import('./stand-in.ts'),
    usual: { install: 60, canary: 5 },
  },
  registers: { zenml: zenmlRegistrations },
  outputs: (context) => ({
    'experiment-tracker': {
      'tracking-url': urlFor(ENDPOINT, context),
      'cluster-url': clusterUrl(ENDPOINT),
      'azure-connection-string': { storage: 'connection-string' },
      ...(context.spec.access.kind === 'public' && {
        'tracking-username': credential('username'),
        'tracking-password': credential('password'),
      }),
    },
  }),
  environment: (context, from) => ({ MLFLOW_TRACKING_URI: addressFor(ENDPOINT, context, from) }),
  signIn: ({ spec }) =>
    spec.access.kind === 'public'
      ? {
          MLFLOW_TRACKING_USERNAME: credential('username'),
          MLFLOW_TRACKING_PASSWORD: credential('password'),
        }
      : {},
});

export const mlflow = mlflowWith('blob');

const credential = (key: string) => ({ secret: { namespace: NAMESPACE, name: AUTH, key } });

/**
 * Pipelines log from inside the cluster, or through the forwarded port of a laptop. ZenML requires exactly
 * one way to sign in, even when the server needs none.
 */
function zenmlRegistrations({ spec }: OutputContext): Registration[] {
  const type = 'experiment_tracker';
  const kept = registeredSecret(spec.name, type);
  const [signIn, secret] =
    spec.access.kind === 'private'
      ? [{ tracking_token: 'none', tracking_username: null, tracking_password: null }]
      : [
          {
            tracking_token: null,
            tracking_username: `{{${kept}.username}}`,
            tracking_password: `{{${kept}.password}}`,
          },
          { username: credential('username'), password: credential('password') },
        ];
  const tracker = (place: Place, tracking_uri: string): Registration => ({
    type,
    place,
    flavor: 'mlflow',
    configuration: { tracking_uri, ...signIn },
    ...(secret && { secret }),
  });
  return [tracker('cluster', clusterUrl(ENDPOINT)), tracker('local', localUrl(ENDPOINT))];
}

function manifests(
  { stack, storageAccount, clientId, public: access }: ManifestContext,
  artifacts: ArtifactStore,
) {
  const app: KubernetesApp = {
    name: NAME,
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'tracking-server',
  };
  return [
    namespace(app, 'restricted'),
    serviceAccount(app, NAME, clientId),
    persistentVolumeClaim(app, NAME, '10Gi'),
    ...httpService(app, NAME, PORT),
    ...allowConnect(app),
    ...(access ? [publicRoute(app, access, ENDPOINT)] : []),
    deployment(app, NAME, {
      serviceAccount: NAME,
      // The image sets no user.
      uid: 1000,
      labels: WORKLOAD_IDENTITY,
      volumes: [
        { name: 'data', path: '/mlflow', claim: NAME },
        { name: 'tmp', path: '/tmp', emptyDir: true },
        ...(access ? [{ name: 'auth', path: `/auth/${AUTH_FILE}`, secret: AUTH, key: AUTH_FILE }] : []),
      ],
      container: {
        name: NAME,
        // The image without the suffix lacks the packages for Azure storage.
        image: `ghcr.io/mlflow/mlflow:v${VERSION}-full`,
        command: ['mlflow', 'server'],
        args: [
          '--host=0.0.0.0',
          `--port=${PORT}`,
          '--workers=2',
          ...(access ? ['--app-name=basic-auth'] : []),
        ],
        ports: { http: PORT },
        environment: {
          HOME: '/tmp',
          MLFLOW_BACKEND_STORE_URI: 'sqlite:////mlflow/mlflow.db',
          // With neither a connection string nor a key set, MLflow uses the pod's workload identity.
          MLFLOW_ARTIFACTS_DESTINATION:
            artifacts === 'disk'
              ? '/mlflow/artifacts'
              : `wasbs://${ARTIFACTS}@${storageAccount}.blob.core.windows.net`,
          MLFLOW_SERVER_ALLOWED_HOSTS: [...ALLOWED_HOSTS, ...publicHosts(access)].join(','),
          MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: originsOf(ENDPOINT, access).join(','),
          ...(access && {
            MLFLOW_AUTH_CONFIG_PATH: `/auth/${AUTH_FILE}`,
            // Without it, each worker signs forms with its own key.
            MLFLOW_FLASK_SERVER_SECRET_KEY: fromSecret(AUTH, 'flask-secret-key'),
          }),
          // Off: eight more processes with 1.2 GiB of memory, which only evaluations from its pages need.
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
          MLFLOW_DISABLE_TELEMETRY: 'true',
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

/**
 * Replaces MLflow's default list. The service proxy forwards the name of AKS's API server. Cluster names
 * include the port and have no pattern at their end: a page of `10.evil.example` that resolves to 127.0.0.1
 * must not reach the server through a forwarded port.
 */
const ALLOWED_HOSTS = [
  'localhost:*',
  '127.0.0.1:*',
  `10.*:${PORT}`,
  ...[NAME, `${NAME}.${NAMESPACE}`, `${NAME}.${NAMESPACE}.svc`, `${NAME}.${NAMESPACE}.svc.cluster.local`].map(
    (name) => `${name}:${PORT}`,
  ),
  '*.azmk8s.io',
  '*.azmk8s.io:*',
];

const publicHosts = (access: PublicAccess | undefined): string[] =>
  access === undefined ? [] : [`${access.host}:${ENDPOINT.public}`];

const CANARY = 'matcha-canary';
const ARTIFACT = 'Matcha was here.';
const SERVICE = { name: NAME, port: PORT };
const EXPERIMENTS = '/api/2.0/mlflow/experiments';
const FIND_EXPERIMENT = `${EXPERIMENTS}/get-by-name?experiment_name=${CANARY}`;

/**
 * A server that requires credentials is only checked for its health and for this requirement: the credentials
 * are sent in the header `Authorization`, which the API server does not forward.
 */
async function canary(...[cluster]: Parameters<Canary>): Promise<void> {
  if (await asksForCredentials(cluster)) {
    await expectOk('Checking its health', cluster.call(SERVICE, { method: 'GET', path: '/health' }));
    return;
  }
  const call = callerOf(cluster, SERVICE, '/api/2.0/');

  const experiment = await findOrCreateExperiment(cluster);
  const created = await call('Creating a run', 'POST', 'mlflow/runs/create', { experiment_id: experiment });
  const run = textAt('Creating a run', created, 'run', 'info', 'run_id');

  const metric = { run_id: run, key: 'canary', value: 1, timestamp: 1, step: 0 };
  await call('Logging a metric', 'POST', 'mlflow/runs/log-metric', metric);
  const read = await call('Reading the run', 'GET', pathTo`mlflow/runs/get?run_id=${run}`);
  expectSame('The metric read back', at(read, 'run', 'data', 'metrics', 0, 'value'), metric.value);

  const artifact = pathTo`mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/canary.txt`;
  await call('Writing an artifact', 'PUT', artifact, ARTIFACT);
  expectSame('The artifact read back', await call('Reading the artifact', 'GET', artifact), ARTIFACT);

  await call('Ending the run', 'POST', 'mlflow/runs/update', { run_id: run, status: 'FINISHED' });
  await call('Deleting the run', 'POST', 'mlflow/runs/delete', { run_id: run });
}

const asksForCredentials = async (...[cluster]: Parameters<Canary>): Promise<boolean> =>
  (await cluster.call(SERVICE, { method: 'GET', path: FIND_EXPERIMENT })).status === 401;

async function findOrCreateExperiment(...[cluster]: Parameters<Canary>): Promise<string> {
  const found = await cluster.call(SERVICE, { method: 'GET', path: FIND_EXPERIMENT });
  if (found.status === 200)
    return textAt('Finding the experiment', found.body, 'experiment', 'experiment_id');
  const created = await expectOk(
    'Creating an experiment',
    cluster.call(SERVICE, { method: 'POST', path: `${EXPERIMENTS}/create`, body: { name: CANARY } }),
  );
  return textAt('Creating an experiment', created, 'experiment_id');
}
