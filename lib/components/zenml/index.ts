import { loginServerOf } from '../../domain/image.ts';
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
import { at, expectSame } from '../canary.ts';
import type { CanaryCluster, Component, ManifestContext } from '../component.ts';
import { PIPELINE_IMAGE, pipelineImage } from '../pipeline-image.ts';
import { addressFor, clusterUrl, originsOf, urlFor } from '../ports.ts';
import { ADMIN, anonymous, COOKIE, ENDPOINT, logIn } from './api.ts';
import { ARTIFACTS, PIPELINES, registeredName } from './names.ts';
import { pipelineObjects } from './pipelines.ts';
import { register } from './register.ts';
import { ownRegistrations } from './registrations.ts';
import { verification } from './verification.ts';
import { VERSION } from './version.ts';

const { namespace: NAMESPACE, service: NAME, port: PORT } = ENDPOINT;
const KEYS = 'zenml-server';

export const zenml: Component = {
  name: 'zenml',
  title: 'ZenML',
  version: VERSION,
  summary: 'Pipelines that run in the cluster',
  slot: 'pipeline',
  // ZenML's Kubernetes orchestrator refuses a stack without a container registry.
  dependsOn: ['registry'],
  endpoint: ENDPOINT,
  azure: {
    image: PIPELINE_IMAGE,
    containers: [ARTIFACTS],
    identity: {
      // The server reads logs of steps and visualizations.
      serviceAccounts: [PIPELINES, { namespace: NAMESPACE, name: NAME }],
      grants: [{ container: ARTIFACTS, role: 'Storage Blob Data Contributor' }],
    },
    // A client uploads the code of a pipeline, and the artifacts of steps that run on its machine.
    people: { containers: [ARTIFACTS], namespace: PIPELINES.namespace },
  },
  workload: {
    namespace: NAMESPACE,
    secrets: [
      {
        name: KEYS,
        namespace: NAMESPACE,
        values: {
          'jwt-secret-key': { random: 64 },
          'secrets-store-type': 'sql',
          'encryption-key': { random: 64 },
        },
      },
      { name: ADMIN, namespace: NAMESPACE, values: { username: 'admin', password: { random: 24 } } },
    ],
    manifests,
    canary,
    standIn: () => import('./stand-in.ts'),
    usual: { install: 95, canary: 5 },
  },
  registrar: { title: 'ZenML stack', usual: 3, register },
  verification,
  registers: { zenml: ownRegistrations },
  outputs: ({ spec, names }) => ({
    pipeline: {
      'stack-name': registeredName(spec.name),
      'server-url': urlFor(ENDPOINT, { spec, names }),
      'cluster-url': clusterUrl(ENDPOINT),
      'server-username': adminSecret('username'),
      'server-password': adminSecret('password'),
      'storage-path': `az://${ARTIFACTS}`,
      namespace: PIPELINES.namespace,
      'service-account': PIPELINES.name,
      image: pipelineImage(loginServerOf(names.registry)),
      'connection-string': { storage: 'connection-string' },
    },
  }),
  // Outside the cluster, a client with a URL and no credentials refuses every other way to sign in. In a pod of a
  // pipeline, ZenML adds a token.
  environment: (_context, from) => (from === 'cluster' ? { ZENML_STORE_URL: clusterUrl(ENDPOINT) } : {}),
  signIn: (context, from) => ({
    ZENML_STORE_URL: addressFor(ENDPOINT, context, from),
    ZENML_STORE_USERNAME: adminSecret('username'),
    ZENML_STORE_PASSWORD: adminSecret('password'),
  }),
};

const adminSecret = (key: string) => ({ secret: { namespace: NAMESPACE, name: ADMIN, key } });

function manifests({ stack, clientId, public: access }: ManifestContext) {
  const origins = originsOf(ENDPOINT, access);
  const app: KubernetesApp = {
    name: NAME,
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'pipeline-server',
  };
  return [
    namespace(app, 'baseline'),
    serviceAccount(app, NAME, clientId),
    ...pipelineObjects(app, clientId),
    persistentVolumeClaim(app, NAME, '5Gi'),
    ...httpService(app, NAME, PORT),
    ...allowConnect(app),
    ...(access ? [publicRoute(app, access, ENDPOINT)] : []),
    deployment(app, NAME, {
      serviceAccount: NAME,
      uid: 1000,
      labels: WORKLOAD_IDENTITY,
      volumes: [{ name: 'config', path: '/zenml/.zenconfig', claim: NAME }],
      container: {
        name: NAME,
        image: `zenmldocker/zenml-server:${VERSION}`,
        ports: { http: 8080 },
        environment: {
          ...ENVIRONMENT,
          ZENML_SERVER_DASHBOARD_URL: origins.at(-1) ?? '',
          ZENML_SERVER_CORS_ALLOW_ORIGINS: origins.join(','),
        },
        resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '2Gi' } },
        probes: {
          // The first start creates the database; a later one may migrate it.
          startup: httpProbe('/health', 'http', { every: 5, failures: 60 }),
          liveness: httpProbe('/health', 'http', { every: 15, timeout: 10, failures: 5 }),
          readiness: httpProbe('/ready', 'http', { every: 10 }),
        },
        // Its Python packages write caches into their folders.
        writableRoot: true,
      },
    }),
  ];
}

/**
 * Without ZENML_STORE_ variables the server keeps its SQLite database in its configuration folder, which is
 * on the disk. With a store type and no URL it does not start.
 */
const ENVIRONMENT = {
  ZENML_CONFIG_PATH: '/zenml/.zenconfig',
  ZENML_SERVER: 'True',
  ZENML_SERVER_DEPLOYMENT_TYPE: 'kubernetes',
  ZENML_SERVER_AUTH_SCHEME: 'OAUTH2_PASSWORD_BEARER',
  ZENML_SERVER_AUTH_COOKIE_NAME: COOKIE,
  ZENML_SERVER_RATE_LIMIT_ENABLED: 'True',
  // A key that changes at each start would sign out all users.
  ZENML_SERVER_JWT_SECRET_KEY: fromSecret(KEYS, 'jwt-secret-key'),
  ZENML_SECRETS_STORE_TYPE: fromSecret(KEYS, 'secrets-store-type'),
  // Without it, secrets are clear text in the database. A different key makes them unreadable.
  ZENML_SECRETS_STORE_ENCRYPTION_KEY: fromSecret(KEYS, 'encryption-key'),
  ZENML_ANALYTICS_OPT_IN: 'False',
  ZENML_LOGGING_VERBOSITY: 'INFO',
};

async function canary(cluster: CanaryCluster): Promise<void> {
  const username = await cluster.secret(ADMIN, 'username');
  const call = anonymous(cluster);
  // The first caller of an inactive server becomes its administrator, so this must run before users have
  // access.
  if (at(await call('Reading the server info', 'GET', 'info'), 'active') === false) {
    await call('Activating the server', 'PUT', 'activate', {
      admin_username: username,
      admin_password: await cluster.secret(ADMIN, 'password'),
    });
  }
  const asAdmin = await logIn(cluster);
  const user = await asAdmin('Reading the current user', 'GET', 'current-user');
  expectSame('The current user', at(user, 'name'), username);
}
