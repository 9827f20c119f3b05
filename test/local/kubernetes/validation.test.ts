import { expect, test } from 'vitest';
import { claim, deployment, namespace, errorOf, service, startCluster } from './harness.ts';

const CASES: [what: string, object: object, causes: { reason: string; field: string }[]][] = [
  [
    'a selector that does not match',
    withSpec(deployment('web'), { selector: { matchLabels: { app: 'other' } } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels' }],
  ],
  [
    'no selector',
    withSpec(deployment('web'), { selector: undefined }),
    [{ reason: 'FieldValueRequired', field: 'spec.selector' }],
  ],
  [
    'an invalid DNS name',
    { ...deployment('web'), metadata: { name: 'web_1', namespace: 'team' } },
    [{ reason: 'FieldValueInvalid', field: 'metadata.name' }],
  ],
  [
    'a container without an image',
    deployment('web', { image: '' }),
    [{ reason: 'FieldValueRequired', field: 'spec.template.spec.containers[0].image' }],
  ],
  [
    'a port out of range',
    deployment('web', { container: { ports: [{ containerPort: 70000 }] } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].ports[0].containerPort' }],
  ],
  [
    'a mount without a volume',
    deployment('web', { container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] } }),
    [{ reason: 'FieldValueNotFound', field: 'spec.template.spec.containers[0].volumeMounts[0].name' }],
  ],
  [
    'a request above its limit',
    deployment('web', { container: { resources: { requests: { cpu: '2' }, limits: { cpu: '500m' } } } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].resources.requests' }],
  ],
  [
    'an invalid quantity',
    deployment('web', { container: { resources: { limits: { memory: '1 GB' } } } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].resources.limits.memory' }],
  ],
  [
    'a probe without a handler',
    deployment('web', { container: { readinessProbe: { periodSeconds: 5 } } }),
    [{ reason: 'FieldValueRequired', field: 'spec.template.spec.containers[0].readinessProbe' }],
  ],
  [
    'two unnamed ports',
    withSpec(service('web', 80), { ports: [{ port: 80 }, { port: 81, name: 'b' }] }),
    [{ reason: 'FieldValueRequired', field: 'spec.ports[0].name' }],
  ],
  [
    'a claim without a size',
    withSpec(claim('data'), { resources: {} }),
    [{ reason: 'FieldValueRequired', field: 'spec.resources[storage]' }],
  ],
];

function withSpec(object: { spec: object }, change: object): object {
  return { ...object, spec: { ...object.spec, ...change } };
}

test.each(CASES)('the API server rejects %s', async (_what, object, causes) => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const error = await errorOf(apply(object));
  expect(error).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(error.details?.causes).toMatchObject(causes);
});

test('the error message is that of the API server', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const error = await errorOf(apply(withSpec(deployment('web'), { selector: undefined })));
  expect(error.message).toBe('Deployment.apps "web" is invalid: spec.selector: Required value');
});

test('an object in a missing namespace is rejected', async () => {
  const { apply } = await startCluster();
  expect(await errorOf(apply(deployment('web')))).toMatchObject({
    code: 404,
    message: 'namespaces "team" not found',
  });
});

test('changes of immutable fields are rejected', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  await apply(deployment('web'));
  const relabeled = { ...deployment('other'), metadata: { name: 'web', namespace: 'team' } };
  const error = await errorOf(apply(relabeled, { force: true }));
  expect(error.details?.causes).toMatchObject([{ reason: 'FieldValueInvalid', field: 'spec.selector' }]);
  expect(error.message).toMatch(/field is immutable$/);

  await apply(claim('data', '10Gi'));
  expect((await apply(claim('data', '20Gi'))).spec).toMatchObject({
    resources: { requests: { storage: '20Gi' } },
  });
  expect(await errorOf(apply(claim('data', '5Gi')))).toMatchObject({ code: 422 });

  const stack = {
    ...deployment('db'),
    kind: 'StatefulSet',
    spec: { ...deployment('db').spec, serviceName: 'db' },
  };
  await apply(stack);
  const moved = await errorOf(apply(withSpec(stack, { serviceName: 'other' })));
  expect(moved.message).toMatch(/updates to statefulset spec for fields other than .* are forbidden/);
});

test('unknown fields are an error in strict validation and are dropped otherwise', async () => {
  const { call } = await startCluster();
  const typo = { ...service('web', 80), metadata: { name: 'web', namespace: 'default' } };
  const body = { ...typo, spec: { ...typo.spec, selectr: { a: 'b' } } };
  const strict = await call('POST', '/api/v1/namespaces/default/services?fieldValidation=Strict', body);
  expect(strict.status).toBe(400);
  expect(((await strict.json()) as Error).message).toContain(
    'strict decoding error: unknown field "spec.selectr"',
  );
  const lenient = await call('POST', '/api/v1/namespaces/default/services', body);
  expect(lenient.status).toBe(201);
  expect(((await lenient.json()) as { spec: object }).spec).not.toHaveProperty('selectr');
});

test('a value of the wrong type and data that is not base64 are rejected', async () => {
  const { call } = await startCluster();
  const post = (plural: string, body: object) => call('POST', `/api/v1/namespaces/default/${plural}`, body);
  const wrong = await post('services', { metadata: { name: 'web' }, spec: { ports: 'http' } });
  expect([wrong.status, ((await wrong.json()) as Error).message]).toEqual([
    400,
    expect.stringContaining('cannot unmarshal string'),
  ]);
  expect((await post('secrets', { metadata: { name: 's' }, data: { key: 'not base64!' } })).status).toBe(400);
});

const MAX_SIZE = 1024 * 1024;

test('the values of a Secret have a limit of one mebibyte', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const secret = (bytes: number) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'large', namespace: 'team' },
    data: { one: Buffer.alloc(bytes - 1).toString('base64'), two: Buffer.alloc(1).toString('base64') },
  });
  await apply(secret(MAX_SIZE));
  expect(await errorOf(apply(secret(MAX_SIZE + 1)))).toMatchObject({
    code: 422,
    message: 'Secret "large" is invalid: data: Too long: may not be more than 1048576 bytes',
    details: { causes: [{ reason: 'FieldValueTooLong', field: 'data' }] },
  });
});

test('the values of a ConfigMap have a total limit of one mebibyte', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const settings = (bytes: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'large', namespace: 'team' },
    data: { text: 'x'.repeat(bytes - 6) },
    binaryData: { bytes: Buffer.alloc(6).toString('base64') },
  });
  await apply(settings(MAX_SIZE));
  expect(await errorOf(apply(settings(MAX_SIZE + 1)))).toMatchObject({
    code: 422,
    message: 'ConfigMap "large" is invalid: []: Too long: may not be more than 1048576 bytes',
  });
});

test('an object that is too large for etcd is rejected', async () => {
  const { apply } = await startCluster();
  const definition = (bytes: number) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', description: 'x'.repeat(bytes) } },
        },
      ],
    },
  });
  await apply(definition(MAX_SIZE));
  expect(await errorOf(apply(definition(1.5 * MAX_SIZE)))).toMatchObject({
    code: 500,
    message: 'etcdserver: request is too large',
  });
});
