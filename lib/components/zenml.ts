import { fromSecret } from '../manifests/environment.ts';
import { publicRoute } from '../manifests/gateway.ts';
import { selector, type App } from '../manifests/labels.ts';
import { namespace } from '../manifests/namespace.ts';
import { allowIngress, denyIngress, service } from '../manifests/network.ts';
import { httpProbe } from '../manifests/probes.ts';
import { grant, rule, serviceAccount } from '../manifests/rbac.ts';
import { persistentVolumeClaim } from '../manifests/storage.ts';
import { deployment } from '../manifests/workloads.ts';
import { at, expectOk, expectSame, textAt } from './canary.ts';
import type { CanaryCluster, Component, ManifestContext } from './component.ts';
import { clusterUrl, ENDPOINTS, originsOf, urlFor } from './ports.ts';

const VERSION = '0.96.4';
const { namespace: NAMESPACE, service: NAME, port: PORT } = ENDPOINTS.zenml;
const CONTAINER = 'zenml';
const PIPELINES = 'zenml-pipelines';
const KEYS = 'zenml-server';
const ADMIN = 'zenml-admin';
const COOKIE = 'zenml-session';

export const zenml: Component = {
  name: 'zenml',
  title: 'ZenML',
  version: VERSION,
  summary: 'Pipelines that run in the cluster',
  // ZenML's Kubernetes orchestrator refuses a stack without a container registry.
  dependsOn: ['registry'],
  endpoint: ENDPOINTS.zenml,
  azure: {
    containers: [CONTAINER],
    identity: {
      namespace: NAMESPACE,
      serviceAccount: PIPELINES,
      grants: [{ container: CONTAINER, role: 'Storage Blob Data Contributor' }],
    },
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
    usual: { install: 95, canary: 5 },
  },
  outputs: ({ spec, names }) => ({
    pipeline: {
      'server-url': urlFor(ENDPOINTS.zenml, { spec, names }),
      'cluster-url': clusterUrl(ENDPOINTS.zenml),
      'server-username': { secret: { namespace: NAMESPACE, name: ADMIN, key: 'username' } },
      'server-password': { secret: { namespace: NAMESPACE, name: ADMIN, key: 'password' } },
      'storage-path': `az://${CONTAINER}`,
      'service-account': PIPELINES,
      ...(spec.storage.sharedKeyAccess && { 'connection-string': { storage: 'connection-string' } }),
    },
  }),
};

function manifests({ stack, clientId, public: access }: ManifestContext) {
  const origins = originsOf(ENDPOINTS.zenml, access);
  const app: App = { name: NAME, version: VERSION, namespace: NAMESPACE, stack, role: 'pipeline-server' };
  const pipelines = { ...app, role: 'pipelines' };
  return [
    namespace(app, 'baseline'),
    serviceAccount(app, NAME),
    serviceAccount(pipelines, PIPELINES, clientId),
    ...grant(pipelines, PIPELINES, { namespace: NAMESPACE, serviceAccount: PIPELINES }, PIPELINE_RULES),
    persistentVolumeClaim(app, NAME, '5Gi'),
    service(app, NAME, PORT, 'http'),
    denyIngress(app),
    allowIngress(app, NAME, selector(app), ['http']),
    ...(access ? [publicRoute(app, access, ENDPOINTS.zenml)] : []),
    deployment(app, NAME, {
      serviceAccount: NAME,
      uid: 1000,
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
          // The first start makes the database; a later one may migrate it.
          startup: httpProbe('/health', 'http', { every: 5, failures: 60 }),
          liveness: httpProbe('/health', 'http', { every: 15, timeout: 10, failures: 5 }),
          readiness: httpProbe('/ready', 'http', { every: 10 }),
        },
        // Its Python packages write caches beside themselves.
        writableRoot: true,
      },
    }),
  ];
}

/**
 * Without any ZENML_STORE_ variable the server keeps its SQLite database below its configuration, which is on the
 * disk. With a store type but no URL it does not start.
 */
const ENVIRONMENT = {
  ZENML_CONFIG_PATH: '/zenml/.zenconfig',
  ZENML_SERVER: 'True',
  ZENML_SERVER_DEPLOYMENT_TYPE: 'kubernetes',
  ZENML_SERVER_AUTH_SCHEME: 'OAUTH2_PASSWORD_BEARER',
  // Its own name for the cookie carries an id that callers would have to look up.
  ZENML_SERVER_AUTH_COOKIE_NAME: COOKIE,
  ZENML_SERVER_SERVER_URL: clusterUrl(ENDPOINTS.zenml),
  ZENML_SERVER_RATE_LIMIT_ENABLED: 'True',
  // With a key that changes at each start, every restart would sign everybody out.
  ZENML_SERVER_JWT_SECRET_KEY: fromSecret(KEYS, 'jwt-secret-key'),
  ZENML_SECRETS_STORE_TYPE: fromSecret(KEYS, 'secrets-store-type'),
  // Without it secrets lie in the database as clear text; another one makes them unreadable.
  ZENML_SECRETS_STORE_ENCRYPTION_KEY: fromSecret(KEYS, 'encryption-key'),
  ZENML_ANALYTICS_OPT_IN: 'False',
  ZENML_LOGGING_VERBOSITY: 'INFO',
};

/**
 * What ZenML's Kubernetes orchestrator does from inside a run (kube_utils.py): it starts steps as jobs or
 * pods, watches them, reads their logs and stops them. It would otherwise bind the role `edit`.
 */
const PIPELINE_RULES = [
  rule('', ['pods'], ['create', 'get', 'list', 'watch', 'delete']),
  rule('', ['pods/log'], ['get']),
  rule('batch', ['jobs'], ['create', 'get', 'list', 'watch', 'patch', 'delete']),
];

async function canary(cluster: CanaryCluster): Promise<void> {
  const zenmlService = { name: NAME, port: PORT };
  const username = await cluster.secret(ADMIN, 'username');
  const password = await cluster.secret(ADMIN, 'password');

  const info = await expectOk(
    'Reading the server info',
    cluster.call(zenmlService, { method: 'GET', path: '/api/v1/info' }),
  );
  // Whoever reaches an inactive server first becomes its administrator, so this must come before any user.
  if (at(info, 'active') === false) {
    await expectOk(
      'Activating the server',
      cluster.call(zenmlService, {
        method: 'PUT',
        path: '/api/v1/activate',
        body: { admin_username: username, admin_password: password },
      }),
    );
  }

  const login = await expectOk(
    'Logging in',
    cluster.call(zenmlService, {
      method: 'POST',
      path: '/api/v1/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=password&username=${encodeURIComponent(username)}&password=${encodeURIComponent(password)}`,
    }),
  );
  const token = textAt('Logging in', login, 'access_token');
  const csrf = at(login, 'csrf_token');

  // The token goes as a cookie: the API server, which the call passes through, keeps `Authorization` to itself.
  const user = await expectOk(
    'Reading the current user',
    cluster.call(zenmlService, {
      method: 'GET',
      path: '/api/v1/current-user',
      headers: { cookie: `${COOKIE}=${token}`, ...(typeof csrf === 'string' && { 'x-csrf-token': csrf }) },
    }),
  );
  expectSame('The current user', at(user, 'name'), username);
}
