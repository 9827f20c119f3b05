import { expect, test } from 'vitest';
import { claim, deployment, namespace, refusalOf, service, startCluster } from './harness.ts';

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
    'a name that is no DNS name',
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
    'more requested than allowed',
    deployment('web', { container: { resources: { requests: { cpu: '2' }, limits: { cpu: '500m' } } } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].resources.requests' }],
  ],
  [
    'a quantity that is none',
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

test.each(CASES)('refuses %s', async (_what, object, causes) => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const refusal = await refusalOf(apply(object));
  expect(refusal).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(refusal.details?.causes).toMatchObject(causes);
});

test('says what is wrong in the words of the API server', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const refusal = await refusalOf(apply(withSpec(deployment('web'), { selector: undefined })));
  expect(refusal.message).toBe('Deployment.apps "web" is invalid: spec.selector: Required value');
});

test('refuses an object in a namespace that is not there', async () => {
  const { apply } = await startCluster();
  expect(await refusalOf(apply(deployment('web')))).toMatchObject({
    code: 404,
    message: 'namespaces "team" not found',
  });
});

test('immutable fields stay', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  await apply(deployment('web'));
  const relabeled = { ...deployment('other'), metadata: { name: 'web', namespace: 'team' } };
  const refusal = await refusalOf(apply(relabeled, { force: true }));
  expect(refusal.details?.causes).toMatchObject([{ reason: 'FieldValueInvalid', field: 'spec.selector' }]);
  expect(refusal.message).toMatch(/field is immutable$/);

  await apply(claim('data', '10Gi'));
  expect((await apply(claim('data', '20Gi'))).spec).toMatchObject({
    resources: { requests: { storage: '20Gi' } },
  });
  expect(await refusalOf(apply(claim('data', '5Gi')))).toMatchObject({ code: 422 });

  const stack = {
    ...deployment('db'),
    kind: 'StatefulSet',
    spec: { ...deployment('db').spec, serviceName: 'db' },
  };
  await apply(stack);
  const moved = await refusalOf(apply(withSpec(stack, { serviceName: 'other' })));
  expect(moved.message).toMatch(/updates to statefulset spec for fields other than .* are forbidden/);
});

test('strict field validation names unknown fields; without it they are dropped', async () => {
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

test('refuses a value of the wrong type and data that is not base64', async () => {
  const { call } = await startCluster();
  const post = (plural: string, body: object) => call('POST', `/api/v1/namespaces/default/${plural}`, body);
  const wrong = await post('services', { metadata: { name: 'web' }, spec: { ports: 'http' } });
  expect([wrong.status, ((await wrong.json()) as Error).message]).toEqual([
    400,
    expect.stringContaining('cannot unmarshal string'),
  ]);
  expect((await post('secrets', { metadata: { name: 's' }, data: { key: 'not base64!' } })).status).toBe(400);
});

const MOST = 1024 * 1024;

test('a Secret holds a mebibyte of values, however they are written', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const secret = (bytes: number) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'large', namespace: 'team' },
    data: { one: Buffer.alloc(bytes - 1).toString('base64'), two: Buffer.alloc(1).toString('base64') },
  });
  await apply(secret(MOST));
  expect(await refusalOf(apply(secret(MOST + 1)))).toMatchObject({
    code: 422,
    message: 'Secret "large" is invalid: data: Too long: may not be more than 1048576 bytes',
    details: { causes: [{ reason: 'FieldValueTooLong', field: 'data' }] },
  });
});

test('a ConfigMap holds a mebibyte of text and bytes together', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const settings = (bytes: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'large', namespace: 'team' },
    data: { text: 'x'.repeat(bytes - 6) },
    binaryData: { bytes: Buffer.alloc(6).toString('base64') },
  });
  await apply(settings(MOST));
  expect(await refusalOf(apply(settings(MOST + 1)))).toMatchObject({
    code: 422,
    message: 'ConfigMap "large" is invalid: []: Too long: may not be more than 1048576 bytes',
  });
});

test('an object that etcd does not take is refused', async () => {
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
  await apply(definition(MOST));
  expect(await refusalOf(apply(definition(1.5 * MOST)))).toMatchObject({
    code: 500,
    message: 'etcdserver: request is too large',
  });
});
