import { expect, test } from 'vitest';
import { NO_FENCE } from '../../lib/domain/fence.ts';
import { done } from '../../lib/domain/outcome.ts';
import { createCluster } from '../../lib/kubernetes/cluster.ts';
import { connect } from '../../lib/kubernetes/connection.ts';
import type { KubernetesApp } from '../../lib/manifests/labels.ts';
import { customResourceDefinition } from '../../lib/manifests/crd.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';
import { startServer, type TestServer } from '../helpers/api-server.ts';
import { withSpec } from '../helpers/kubernetes-objects.ts';
import { productCluster } from '../helpers/product-cluster.ts';

const adapterOf = ({ endpoint, tokens }: TestServer) => productCluster(endpoint, tokens.admin);

const applying = (cluster: ReturnType<typeof adapterOf>, objects: KubernetesObject[]) =>
  cluster.attempt('Demo', async () => {
    await cluster.apply(objects);
    return done;
  });

test('a field of another manager is a conflict that names the manager', async () => {
  const server = await startServer();
  const { apply, config } = server;
  await apply(config('settings', { a: '1' }), { manager: 'flux' });
  expect(await applying(adapterOf(server), [config('settings', { a: '2' })])).toMatchObject({
    state: 'failed',
    problem: { code: 'FIELD_CONFLICT', cause: '.data.a (conflict with "flux")' },
  });
});

const limits = { container: { resources: { limits: { memory: '1 GB' } } } };

const REFUSED: [what: string, object: (server: TestServer) => KubernetesObject][] = [
  ['a bad quantity', ({ deployment }) => deployment('web', limits)],
  ['a value of the wrong type', ({ deployment }) => withSpec(deployment('web'), { replicas: 'two' })],
  [
    'two ports with one number',
    ({ service }) => withSpec(service('web', 80), { ports: [{ port: 80 }, { port: 80 }] }),
  ],
  ['a value out of range', ({ service }) => service('web', 70000)],
];

test.each(REFUSED)('%s is refused at once', async (_what, objectFor) => {
  const server = await startServer();
  expect(await applying(adapterOf(server), [objectFor(server)])).toMatchObject({
    state: 'failed',
    problem: { code: 'MANIFEST_REFUSED' },
  });
});

test('a component is applied, and its objects are removed', async () => {
  const server = await startServer();
  const { config, service, deployment, eventually } = server;
  const cluster = adapterOf(server);
  const objects = [deployment('web'), service('web', 80), config('web', { a: '1' })];
  await cluster.apply(objects);
  await cluster.removeAll(objects);
  await cluster.removeAll(objects);
  for (const { apiVersion, kind, metadata } of objects) {
    const isGone = async () => (await cluster.read({ apiVersion, kind, ...metadata })) === undefined;
    await eventually(isGone, (gone) => gone);
  }
});

test('a new kind is applied with its first object, whose fields are all kept', async () => {
  const server = await startServer();
  const { endpoint, tokens, namespace, eventually, call } = server;
  const group = `${namespace}.example.org`;
  const app: KubernetesApp = { name: 'demo', version: '1', namespace, stack: 'demo', role: 'demo' };
  const definition = customResourceDefinition(app, {
    group,
    kind: 'Model',
    plural: 'models',
    versions: [{ name: 'v1' }],
  });
  const model = {
    apiVersion: `${group}/v1`,
    kind: 'Model',
    metadata: { name: 'iris', namespace },
    spec: { replicas: 2, graph: { any: ['thing'] } },
  };
  const connection = () =>
    createCluster(
      connect(endpoint, () => Promise.resolve(tokens.admin)),
      NO_FENCE,
    );
  const outcome = await eventually(
    () => applying(connection(), [definition, model]),
    ({ state }) => state !== 'pending',
  );
  expect(outcome).toEqual(done);
  const path = `/apis/${group}/v1/namespaces/${namespace}/models/iris`;
  expect(await (await call('GET', path)).json()).toMatchObject({ spec: model.spec });
});

test('every field of a manifest reaches the API server', async () => {
  const server = await startServer();
  const { namespace, call } = server;
  const rule = {
    from: [{ podSelector: { matchLabels: { app: 'web' } } }],
    ports: [{ port: 80, protocol: 'TCP' }],
  };
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [rule] },
  };
  await adapterOf(server).apply([policy]);
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/web`;
  expect(await (await call('GET', path)).json()).toMatchObject({ spec: policy.spec });
});
