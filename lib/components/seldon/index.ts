import { configMap, secret } from '../../manifests/config.ts';
import { allowConnect } from '../../manifests/connect.ts';
import type { KubernetesApp } from '../../manifests/labels.ts';
import { namespace } from '../../manifests/namespace.ts';
import { allowIngress, denyIngress } from '../../manifests/network.ts';
import { tcpProbe } from '../../manifests/probes.ts';
import { grant, grantEverywhere, serviceAccount } from '../../manifests/rbac.ts';
import { deployment } from '../../manifests/workloads.ts';
import { at, listAt } from '../canary.ts';
import { CanaryError, type CanaryCluster, type Component, type ManifestContext } from '../component.ts';
import { ARTIFACTS as RUNS } from '../mlflow/names.ts';
import { localUrl } from '../ports.ts';
import { ARTIFACTS, PIPELINES } from '../zenml/names.ts';
import { MODEL_STORAGE, modelStorage } from './model-storage.ts';
import { MODELS } from './names.ts';
import {
  DEPLOYER_RULES,
  LEADER_ELECTION_RULES,
  SELF_SETUP_RULES,
  MODEL_RULES,
  WATCH_RULES,
} from './roles.ts';
import { operatorEnvironment, seldonConfig } from './settings.ts';
import { verification } from './verification.ts';

// The last release with an Apache license; later releases need a paid license for production.
const VERSION = '1.17.1';
const NAMESPACE = 'seldon-system';
const SERVICE_ACCOUNT = 'seldon-manager';
// The operator finds its own Deployment by this name.
const DEPLOYMENT = 'seldon-controller-manager';
const WEBHOOK_SERVICE = 'seldon-webhook-service';
const WEBHOOK_PORT = 4443;

const CRD = 'seldondeployments.machinelearning.seldon.io';

/** With and without the namespace, depending on the build of the operator's image. */
const WEBHOOKS = [
  `seldon-validating-webhook-configuration-${NAMESPACE}`,
  'seldon-validating-webhook-configuration',
];

export const seldon: Component = {
  name: 'seldon',
  title: 'Seldon Core',
  version: VERSION,
  summary: 'Model deployment; 1.17.1 is the last open release, tested upstream up to Kubernetes 1.27',
  slot: 'model-deployer',
  dependsOn: [],
  models: MODELS,
  azure: {
    identity: {
      serviceAccounts: [{ namespace: MODELS.namespace, name: MODELS.serviceAccount }],
      // Models come from runs of pipelines and from the model registry.
      grants: [ARTIFACTS, RUNS].map((container) => ({ container, role: 'Storage Blob Data Reader' })),
    },
  },
  workload: {
    namespace: NAMESPACE,
    secrets: [],
    manifests,
    makes: [
      { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: CRD },
      ...WEBHOOKS.map((name) => ({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        name,
      })),
      { apiVersion: 'v1', kind: 'Service', name: WEBHOOK_SERVICE, namespace: NAMESPACE },
    ],
    canary,
    standIn: () => import('./stand-in.ts'),
    usual: { install: 35, canary: 3 },
  },
  verification,
  registers: {
    zenml: () => [
      {
        type: 'model_deployer',
        place: 'serving',
        flavor: 'seldon',
        configuration: {
          base_url: localUrl(MODELS),
          kubernetes_namespace: MODELS.namespace,
          secret: null,
          // Otherwise ZenML would write one without the name of the account.
          kubernetes_secret_name: MODEL_STORAGE,
        },
      },
    ],
  },
  outputs: () => ({
    'model-deployer': {
      'base-url': localUrl(MODELS),
      'workloads-namespace': MODELS.namespace,
    },
  }),
};

/** The service that the operator creates for its webhook selects its pods by exactly these labels. */
const SELECTOR = {
  app: 'seldon',
  'app.kubernetes.io/name': 'seldon',
  'app.kubernetes.io/instance': 'seldon1',
  'app.kubernetes.io/version': 'v0.5',
  'control-plane': DEPLOYMENT,
};

/** The ports of the executor, and of models without an executor. */
const MODEL_PORTS = [8000, 5001, 9000, 9500];

function manifests({ stack, storageAccount, clientId, image }: ManifestContext) {
  const app: KubernetesApp = {
    name: 'seldon',
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'model-deployer',
  };
  const models = { ...app, namespace: MODELS.namespace, role: 'models' };
  const operator = { namespace: NAMESPACE, serviceAccount: SERVICE_ACCOUNT };
  return [
    namespace(app, 'restricted'),
    namespace(models, 'baseline'),
    serviceAccount(app, SERVICE_ACCOUNT),
    ...grantEverywhere(app, `seldon-manager-role-${NAMESPACE}`, operator, WATCH_RULES),
    ...grantEverywhere(app, `seldon-webhook-role-${NAMESPACE}`, operator, SELF_SETUP_RULES),
    ...grant(models, 'seldon-manager-role', operator, MODEL_RULES),
    ...grant(app, 'seldon-leader-election-role', operator, LEADER_ELECTION_RULES),
    // Kubernetes creates this account too; models without one act as it.
    serviceAccount(models, MODELS.serviceAccount, clientId),
    secret(models, MODEL_STORAGE, modelStorage(storageAccount)),
    ...grant(
      models,
      'model-deployer',
      { namespace: PIPELINES.namespace, serviceAccount: PIPELINES.name },
      DEPLOYER_RULES,
    ),
    configMap(app, 'seldon-config', seldonConfig(VERSION, image)),
    denyIngress(app),
    // The API server calls the webhook from addresses that a selector cannot name.
    allowIngress(app, 'seldon-webhook', SELECTOR, ['webhook-server']),
    denyIngress(models),
    allowIngress(models, 'models', {}, MODEL_PORTS),
    ...allowConnect(models),
    deployment(app, DEPLOYMENT, {
      serviceAccount: SERVICE_ACCOUNT,
      callsKubernetes: true,
      uid: 8888,
      selector: SELECTOR,
      container: {
        name: 'manager',
        image: `docker.io/seldonio/seldon-core-operator:${VERSION}`,
        command: ['/manager'],
        args: [
          '--enable-leader-election',
          `--webhook-port=${WEBHOOK_PORT}`,
          '--create-resources=$(MANAGER_CREATE_RESOURCES)',
          '--log-level=$(MANAGER_LOG_LEVEL)',
          '--leader-election-id=$(MANAGER_LEADER_ELECTION_ID)',
        ],
        ports: { 'webhook-server': WEBHOOK_PORT, metrics: 8080 },
        environment: operatorEnvironment(VERSION),
        resources: {
          requests: { cpu: '100m', memory: '200Mi' },
          limits: { cpu: '500m', memory: '300Mi' },
        },
        // It has no health endpoint. It opens this port after it writes its certificate.
        probes: {
          startup: tcpProbe('webhook-server', { every: 5, failures: 36 }),
          liveness: tcpProbe('webhook-server', { every: 20 }),
          readiness: tcpProbe('webhook-server', { every: 10 }),
        },
        // It writes the certificate of its webhook to /tmp, where its image has other files.
        writableRoot: true,
      },
    }),
  ];
}

async function canary(cluster: CanaryCluster): Promise<void> {
  const crd = await cluster.read({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: CRD,
  });
  if (!isEstablished(crd)) throw new CanaryError(`The resource ${CRD} is not established.`);

  const webhooks = await Promise.all(
    WEBHOOKS.map((name) =>
      cluster.read({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        name,
      }),
    ),
  );
  if (webhooks.every((found) => found === undefined)) {
    throw new CanaryError('The operator has not registered its webhook.');
  }

  const slices = await cluster.list(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace: NAMESPACE },
    { 'kubernetes.io/service-name': WEBHOOK_SERVICE },
  );
  if (!slices.some(hasReadyEndpoint)) throw new CanaryError(`${WEBHOOK_SERVICE} has no ready pod.`);
}

const isEstablished = (crd: unknown): boolean =>
  listAt(crd, 'status', 'conditions').some(
    (condition) => at(condition, 'type') === 'Established' && at(condition, 'status') === 'True',
  );

/** An endpoint whose readiness is unknown counts as ready (kubernetes.io, "EndpointSlices"). */
const hasReadyEndpoint = (slice: unknown): boolean =>
  listAt(slice, 'endpoints').some((endpoint) => at(endpoint, 'conditions', 'ready') !== false);
