import { at, expectOk, expectSame } from '../../lib/components/canary.ts';
import {
  type Endpoint,
  CanaryError,
  type CanaryCluster,
  type Component,
  type ManifestContext,
} from '../../lib/components/component.ts';
import { clusterUrl, localUrl } from '../../lib/components/ports.ts';
import { ok, type SimulatedCluster, type StandIn } from '../../lib/components/stand-in.ts';
import { allowConnect } from '../../lib/manifests/connect.ts';
import { customResourceDefinition } from '../../lib/manifests/crd.ts';
import { metadata, selector, type KubernetesApp } from '../../lib/manifests/labels.ts';
import { namespace } from '../../lib/manifests/namespace.ts';
import { allowIngress, denyIngress, service } from '../../lib/manifests/network.ts';
import { httpProbe } from '../../lib/manifests/probes.ts';
import { grant, rule, serviceAccount } from '../../lib/manifests/rbac.ts';
import { admissionWebhooks } from '../../lib/manifests/webhook.ts';
import { deployment } from '../../lib/manifests/workloads.ts';

const VERSION = '2.1.0';
const ENDPOINT: Endpoint = { local: 8299, namespace: 'deployer', service: 'deployer', port: 80 };
const { namespace: NAMESPACE, service: NAME, port: PORT } = ENDPOINT;
const GROUP = 'deployer.example.org';
const CERTIFICATE = 'deployer-tls';
const SAMPLE = { apiVersion: `${GROUP}/v1`, kind: 'Model', name: 'sample', namespace: NAMESPACE };

/** A minimal model deployer with a custom resource, a controller, a webhook, and a canary over HTTP. */
export const deployer: Component = {
  name: 'deployer',
  title: 'Deployer',
  version: VERSION,
  summary: 'Another model deployer',
  slot: 'model-deployer',
  dependsOn: [],
  endpoint: ENDPOINT,
  workload: {
    namespace: NAMESPACE,
    secrets: [],
    certificates: [{ name: CERTIFICATE, namespace: NAMESPACE, host: { service: NAME } }],
    manifests,
    standIn: () => Promise.resolve(standIn),
    canary,
    usual: { install: 20, canary: 2 },
  },
  outputs: () => ({
    'model-deployer': { 'base-url': localUrl(ENDPOINT), 'cluster-url': clusterUrl(ENDPOINT) },
  }),
};

function manifests({ stack }: ManifestContext) {
  const app: KubernetesApp = {
    name: NAME,
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'model-deployer',
  };
  const models = { apiGroups: [GROUP], apiVersions: ['v1'], operations: ['CREATE'], resources: ['models'] };
  const { name, namespace: _, ...kind } = SAMPLE;
  return [
    { ...kind, metadata: metadata(app, name), spec: { uri: 'az:models/sample' } },
    namespace(app, 'restricted'),
    customResourceDefinition(app, {
      group: GROUP,
      kind: 'Model',
      plural: 'models',
      versions: [
        { name: 'v1', properties: { spec: { type: 'object', properties: { uri: { type: 'string' } } } } },
      ],
    }),
    serviceAccount(app, NAME),
    ...grant(app, NAME, { namespace: NAMESPACE, serviceAccount: NAME }, [
      rule(GROUP, ['models'], ['get', 'watch']),
    ]),
    service(app, NAME, PORT, 'http'),
    denyIngress(app),
    ...allowConnect(app),
    allowIngress(app, NAME, selector(app), ['http']),
    admissionWebhooks(app, 'ValidatingWebhookConfiguration', NAME, CERTIFICATE, [
      { name: `models.${GROUP}`, service: NAME, path: '/validate', rules: [models] },
    ]),
    deployment(app, NAME, {
      serviceAccount: NAME,
      callsKubernetes: true,
      uid: 1000,
      volumes: [{ name: 'tls', path: '/tls/tls.crt', secret: CERTIFICATE, key: 'tls.crt' }],
      container: {
        name: NAME,
        image: `example/deployer:${VERSION}`,
        ports: { http: 8080 },
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        probes: {
          startup: httpProbe('/health', 'http', { every: 5, failures: 30 }),
          liveness: httpProbe('/health', 'http', { every: 15 }),
          readiness: httpProbe('/health', 'http', { every: 10 }),
        },
      },
    }),
  ];
}

async function canary(cluster: CanaryCluster): Promise<void> {
  const model = await cluster.read(SAMPLE);
  if (at(model, 'status', 'state') !== 'Serving') throw new CanaryError('The sample model is not served.');
  const request = { method: 'POST', path: '/models/sample', body: { inputs: [1, 2] } } as const;
  const response = await expectOk('Predicting', cluster.call({ name: NAME, port: PORT }, request));
  expectSame('The prediction', at(response, 'outputs', 0), 3);
}

/** Predicts the sum of the inputs and serves every model immediately. */
const standIn: StandIn = {
  servers: [
    {
      image: /^example\/deployer/,
      port: () => 8080,
      answer({ path, body }) {
        if (path !== '/models/sample') return ok({ error: 'There is no such model.' }, 404);
        const { inputs } = JSON.parse(body.toString()) as { inputs: number[] };
        return ok({ outputs: [inputs.reduce((sum, value) => sum + value, 0)] });
      },
    },
  ],
  controllers: [
    (cluster: SimulatedCluster) => {
      for (const model of cluster.list(`${GROUP}/v1`, 'Model'))
        cluster.setStatus(model, { state: 'Serving' });
    },
  ],
};
