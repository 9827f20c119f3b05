import { expect, test } from 'vitest';
import { claim, deployment, eventually, isAvailable, namespace, service, startCluster } from './harness.ts';

const daemonSet = (nodeSelector?: Record<string, string>) => {
  const { selector, template } = deployment('agent').spec;
  const spec = { ...template.spec, ...(nodeSelector && { nodeSelector }) };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'team' },
    spec: { selector, template: { ...template, spec } },
  };
};

test.each([
  ['without a selector', undefined, 1],
  ['with a matching selector', { 'kubernetes.io/os': 'linux' }, 1],
  ['without matching nodes', { 'matcha.dev/pool': 'gpu' }, 0],
])('a DaemonSet %s has a pod on each matching node', async (_which, nodeSelector, count) => {
  const { apply, read, clock } = await startCluster();
  await apply(namespace('team'));
  await apply(daemonSet(nodeSelector));
  const { status } = await eventually(
    clock,
    () => read('apps/v1', 'DaemonSet', 'agent', 'team'),
    ({ status: now }) => now?.['numberReady'] === count,
  );
  expect(status).toMatchObject({ observedGeneration: 1, desiredNumberScheduled: count });
});

const GATEWAY_API = 'gateway.networking.k8s.io/v1';

const gateway = {
  apiVersion: GATEWAY_API,
  kind: 'Gateway',
  metadata: { name: 'public', namespace: 'edge' },
  spec: {
    gatewayClassName: 'approuting-istio',
    listeners: [
      {
        name: 'https',
        port: 443,
        protocol: 'HTTPS',
        tls: { certificateRefs: [{ name: 'tls' }] },
        allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { open: 'yes' } } } },
      },
    ],
  },
};

const route = (from: string, sectionName = 'https') => ({
  apiVersion: GATEWAY_API,
  kind: 'HTTPRoute',
  metadata: { name: 'route', namespace: from },
  spec: {
    parentRefs: [{ name: 'public', namespace: 'edge', sectionName }],
    rules: [{ backendRefs: [{ name: 'tool', port: 80 }] }],
  },
});

async function withGateway() {
  const harness = await startCluster();
  await harness.apply(namespace('edge'));
  await harness.apply(gateway);
  return harness;
}

test('a Gateway gets an address after a delay', async () => {
  const { read, clock } = await withGateway();
  const readGateway = () => read(GATEWAY_API, 'Gateway', 'public', 'edge');
  expect((await readGateway()).status).toMatchObject({
    conditions: [
      { type: 'Accepted', status: 'True' },
      { type: 'Programmed', status: 'False' },
    ],
  });
  clock.advance(60_000);
  const { status } = await readGateway();
  expect(status).toMatchObject({ conditions: [{}, { type: 'Programmed', status: 'True' }] });
  expect(status?.['addresses']).toEqual([
    { type: 'IPAddress', value: expect.stringMatching(/^203\.0\.113\./) as unknown },
  ]);
});

test('a listener reports a missing certificate and the number of its routes', async () => {
  const { apply, read } = await withGateway();
  const listener = async () => (await read(GATEWAY_API, 'Gateway', 'public', 'edge')).status?.['listeners'];
  expect(await listener()).toMatchObject([
    {
      attachedRoutes: 0,
      conditions: [{}, { type: 'ResolvedRefs', status: 'False', reason: 'InvalidCertificateRef' }],
    },
  ]);
  await apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'tls', namespace: 'edge' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': '', 'tls.key': '' },
  });
  await apply({ ...namespace('team'), metadata: { name: 'team', labels: { open: 'yes' } } });
  await apply(route('team'));
  expect(await listener()).toMatchObject([
    { attachedRoutes: 1, conditions: [{}, { type: 'ResolvedRefs', status: 'True' }] },
  ]);
});

test.each([
  ['open', 'https', 'Accepted'],
  ['open', 'http', 'NoMatchingParent'],
  ['closed', 'https', 'NotAllowedByListeners'],
])('a route from a namespace that is %s to the listener %s is %s', async (name, sectionName, reason) => {
  const { apply, read } = await withGateway();
  await apply({ ...namespace(name), metadata: { name, labels: { open: name === 'open' ? 'yes' : 'no' } } });
  await apply(route(name, sectionName));
  const { status } = await read(GATEWAY_API, 'HTTPRoute', 'route', name);
  expect(status?.['parents']).toMatchObject([{ conditions: [{ type: 'Accepted', reason }, {}] }]);
});

const proxy = (path: string) => `/api/v1/namespaces/team/services/tool/proxy${path}`;

async function serving(image: string, port: number, container = {}) {
  const harness = await startCluster();
  await harness.apply(namespace('team'));
  await harness.apply(claim('tool'));
  await harness.apply(service('tool', port));
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'tool' } }];
  await harness.apply(deployment('tool', { image, container, pod: { volumes } }));
  const isUp = () => harness.read('apps/v1', 'Deployment', 'tool', 'team');
  await eventually(harness.clock, isUp, isAvailable);
  return harness;
}

test('the stand-in of Evidently stores projects until they are deleted', async () => {
  const { call } = await serving('evidently/evidently-service:0.7.21', 8000);
  expect(await (await call('GET', proxy('/api/version'))).json()).toMatchObject({ version: '0.7.21' });
  expect((await call('POST', proxy('/api/projects'), {})).status).toBe(400);
  const created = await call('POST', proxy('/api/projects'), { name: 'drift' });
  expect(created.status).toBe(201);
  const id = (await created.json()) as string;
  expect(await (await call('GET', proxy(`/api/projects/${id}/info`))).json()).toMatchObject({
    id,
    name: 'drift',
  });
  expect(await (await call('GET', proxy('/api/projects/search/drift'))).json()).toHaveLength(1);
  expect((await call('DELETE', proxy(`/api/projects/${id}`))).status).toBe(204);
  expect((await call('DELETE', proxy(`/api/projects/${id}`))).status).toBe(204);
  const gone = await call('GET', proxy(`/api/projects/${id}/info`));
  expect([gone.status, await gone.json()]).toEqual([404, { status_code: 404, detail: 'project not found' }]);
});

test('the stand-in of MLflow with basic-auth only allows health checks through the proxy', async () => {
  const args = ['mlflow server --app-name=basic-auth'];
  const { call } = await serving('ghcr.io/mlflow/mlflow:v3.17.0-full', 5000, { args });
  const statusOf = async (path: string) => (await call('GET', proxy(path))).status;
  expect(await statusOf('/health')).toBe(200);
  expect(await statusOf('/version')).toBe(401);
  expect(await statusOf('/api/2.0/mlflow/experiments/get-by-name?experiment_name=x')).toBe(401);
});
