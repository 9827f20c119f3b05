import { expect, test } from 'vitest';
import { startServer } from '../helpers/api-server.ts';
import { errorOf } from '../helpers/kubernetes-client.ts';

/** Groups are common to all namespaces, so each test has its own. */
const definition = (group: string, schema: object) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

test('a custom resource is available when its definition is established', async () => {
  const { as, read, call, tokens, namespace, eventually } = await startServer();
  const group = `${namespace}.example.org`;
  const path = `/apis/${group}/v1/namespaces/${namespace}/widgets`;
  expect((await call('GET', path)).status).toBe(404);
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  // The client would leave out the x-kubernetes fields of the schema.
  expect((await call('POST', definitions, definition(group, OPEN))).status).toBe(201);
  const widget = {
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { name: 'w', namespace },
    spec: { any: [1] },
  };
  await eventually(
    () => read('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `widgets.${group}`),
    ({ status }) => JSON.stringify(status ?? {}).includes('"Established"'),
  );
  await eventually(
    () => call('GET', path),
    ({ status }) => status === 200,
  );
  expect((await as(tokens.admin).apply(widget)).spec).toEqual({ any: [1] });
});

test('an unknown API group and an unknown resource of a known group are plain 404', async () => {
  const { call, namespace } = await startServer();
  for (const path of ['/apis/acme.example.org/v1', '/apis/acme.example.org/v1/widgets']) {
    const response = await call('GET', path);
    expect([path, response.status, await response.text()]).toEqual([path, 404, '404 page not found\n']);
  }
  const unknown = await call('GET', `/api/v1/namespaces/${namespace}/widgets`);
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    expect.objectContaining({ message: 'the server could not find the requested resource' }),
  ]);
});

test('an object that is too large for etcd is rejected', async () => {
  const { apply, namespace } = await startServer();
  const size = 1024 * 1024;
  const large = (bytes: number) =>
    definition(`${namespace}.example.org`, { ...OPEN, description: 'x'.repeat(bytes) });
  await apply(large(size));
  expect(await errorOf(apply(large(1.5 * size)))).toMatchObject({
    code: 500,
    message: 'etcdserver: request is too large',
  });
});
