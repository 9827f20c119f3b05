import { expect, test } from 'vitest';
import { configMap, secret } from '../../lib/manifests/config.ts';
import { customResourceDefinition } from '../../lib/manifests/crd.ts';
import { environment, fromField, fromSecret } from '../../lib/manifests/environment.ts';
import type { KubernetesApp } from '../../lib/manifests/labels.ts';
import { namespace } from '../../lib/manifests/namespace.ts';
import { allowIngress, denyIngress } from '../../lib/manifests/network.ts';
import type { Pod } from '../../lib/manifests/pod.ts';
import { httpProbe, tcpProbe } from '../../lib/manifests/probes.ts';
import { grant, grantEverywhere, rule, serviceAccount } from '../../lib/manifests/rbac.ts';
import { admissionWebhooks, certificateOf, withCertificate } from '../../lib/manifests/webhook.ts';
import { deployment, statefulSet } from '../../lib/manifests/workloads.ts';

const app: KubernetesApp = {
  name: 'tool',
  version: '1.2.3',
  namespace: 'tools',
  stack: 'demo',
  role: 'server',
};
const probe = httpProbe('/health', 'http', { every: 5 });

const pod: Pod = {
  serviceAccount: 'tool',
  uid: 1000,
  container: {
    name: 'tool',
    image: 'tool:1.2.3',
    ports: { http: 8000 },
    environment: { MODE: 'quiet' },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    probes: { startup: probe, liveness: probe, readiness: probe },
  },
};

test('a pod has minimal privileges', () => {
  expect(deployment(app, 'tool', pod)['spec']).toMatchObject({
    template: {
      spec: {
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          fsGroup: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      },
    },
  });
});

test('a pod has a service account token or a writable root only if it requests it', () => {
  const special = { ...pod, callsKubernetes: true, container: { ...pod.container, writableRoot: true } };
  expect(deployment(app, 'tool', special)['spec']).toMatchObject({
    template: {
      spec: {
        automountServiceAccountToken: true,
        containers: [{ securityContext: { readOnlyRootFilesystem: false } }],
      },
    },
  });
});

test('the immutable selector does not depend on the version', () => {
  const selectorOf = (version: string) =>
    (deployment({ ...app, version }, 'tool', pod)['spec'] as { selector: unknown }).selector;
  expect(selectorOf('2.0.0')).toEqual(selectorOf('1.2.3'));
});

test('volumes are mounted at their paths, and a claim template is not in the pod', () => {
  const volumes: Pod['volumes'] = [
    { name: 'data', path: '/data', template: true },
    { name: 'config', path: '/config.yaml', configMap: 'tool', key: 'config.yaml' },
    { name: 'tmp', path: '/tmp', emptyDir: true },
    { name: 'old', path: '/old', claim: 'tool' },
  ];
  const { spec } = statefulSet(
    app,
    'tool',
    { ...pod, volumes },
    { service: 'tool', volume: 'data', size: '1Gi' },
  );
  expect(spec).toMatchObject({
    serviceName: 'tool',
    template: {
      spec: {
        volumes: [
          { name: 'config', configMap: { name: 'tool' } },
          { name: 'tmp', emptyDir: {} },
          { name: 'old', persistentVolumeClaim: { claimName: 'tool' } },
        ],
        containers: [
          {
            volumeMounts: [
              { name: 'data', mountPath: '/data' },
              { name: 'config', mountPath: '/config.yaml', subPath: 'config.yaml', readOnly: true },
              { name: 'tmp', mountPath: '/tmp' },
              { name: 'old', mountPath: '/old' },
            ],
          },
        ],
      },
    },
    volumeClaimTemplates: [
      { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } },
    ],
  });
});

test('an environment has values and references', () => {
  expect(
    environment({
      MODE: 'quiet',
      PASSWORD: fromSecret('tool', 'password'),
      HERE: fromField('metadata.namespace'),
    }),
  ).toEqual([
    { name: 'MODE', value: 'quiet' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'tool', key: 'password' } } },
    { name: 'HERE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  ]);
});

test('a probe has a period, a timeout and a failure threshold', () => {
  expect(tcpProbe('http', { every: 5, timeout: 2, failures: 9 })).toEqual({
    tcpSocket: { port: 'http' },
    periodSeconds: 5,
    timeoutSeconds: 2,
    failureThreshold: 9,
  });
});

test('secrets are base64-encoded, config maps are not', () => {
  expect(secret(app, 'tool', { password: 'password' })['data']).toEqual({ password: 'cGFzc3dvcmQ=' });
  expect(configMap(app, 'tool', { mode: 'quiet' })['data']).toEqual({ mode: 'quiet' });
});

test('a service account has the annotation of a managed identity only if it has one', () => {
  expect(serviceAccount(app, 'tool').metadata.annotations).toBeUndefined();
  expect(serviceAccount(app, 'tool', 'id').metadata.annotations).toEqual({
    'azure.workload.identity/client-id': 'id',
  });
});

test('a role is granted with its binding, in a namespace or in the cluster', () => {
  const subject = { namespace: 'elsewhere', serviceAccount: 'tool' };
  const rules = [rule('', ['pods'], ['get'])];
  const [role, binding] = grant(app, 'reader', subject, rules);
  expect(role).toMatchObject({ kind: 'Role', metadata: { namespace: 'tools' }, rules });
  expect(binding).toMatchObject({
    kind: 'RoleBinding',
    metadata: { namespace: 'tools' },
    roleRef: { kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'tool', namespace: 'elsewhere' }],
  });
  const everywhere = grantEverywhere(app, 'reader', subject, rules);
  expect(everywhere.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
    ['ClusterRole', undefined],
    ['ClusterRoleBinding', undefined],
  ]);
});

test('the deny policy selects all pods, and an allow policy opens ports to all sources', () => {
  expect(denyIngress(app)['spec']).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  expect(allowIngress(app, 'tool', { app: 'tool' }, ['http'])['spec']).toEqual({
    podSelector: { matchLabels: { app: 'tool' } },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ protocol: 'TCP', port: 'http' }] }],
  });
});

test('a namespace enforces a pod security standard', () => {
  expect(namespace(app, 'restricted').metadata).toMatchObject({
    name: 'tools',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
});

test('a CustomResourceDefinition has the name of its kind and stores its first version', () => {
  const definition = customResourceDefinition(app, {
    group: 'tool.example.org',
    kind: 'Model',
    plural: 'models',
    versions: [{ name: 'v1', properties: { spec: { type: 'object' } } }, { name: 'v1beta1' }],
  });
  expect(definition.metadata).toMatchObject({ name: 'models.tool.example.org' });
  expect(definition.metadata).not.toHaveProperty('namespace');
  expect(definition['spec']).toMatchObject({
    group: 'tool.example.org',
    scope: 'Namespaced',
    names: { kind: 'Model', plural: 'models', singular: 'model' },
    versions: [
      {
        name: 'v1',
        storage: true,
        schema: { openAPIV3Schema: { properties: { spec: { type: 'object' } } } },
      },
      {
        name: 'v1beta1',
        storage: false,
        schema: { openAPIV3Schema: { 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  });
});

test('webhooks refer to the Secret of their certificate, which is added to each of them', () => {
  const rules = [{ apiGroups: ['g'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['models'] }];
  const webhook = (name: string) => ({ name, service: 'tool', path: `/${name}`, rules });
  const kind = 'MutatingWebhookConfiguration';
  const made = admissionWebhooks(app, kind, 'tool', 'tool-tls', [webhook('a.org'), webhook('b.org')]);
  expect(certificateOf(made)).toEqual({ namespace: 'tools', name: 'tool-tls' });
  expect(certificateOf(namespace(app, 'baseline'))).toBeUndefined();
  const service = { namespace: 'tools', name: 'tool', port: 443 };
  expect(withCertificate(made, 'PEM')).toMatchObject({
    webhooks: [
      { name: 'a.org', clientConfig: { caBundle: 'UEVN', service: { ...service, path: '/a.org' } } },
      { name: 'b.org', clientConfig: { caBundle: 'UEVN', service: { ...service, path: '/b.org' } } },
    ],
  });
});
