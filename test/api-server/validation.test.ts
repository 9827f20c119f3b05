import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../helpers/api-server.ts';
import { errorOf } from '../helpers/kubernetes-client.ts';
import { withSpec } from '../helpers/kubernetes-objects.ts';

const REFUSED: [
  what: string,
  object: (server: TestServer) => object,
  causes: { reason: string; field: string }[],
][] = [
  [
    'a selector that does not match',
    ({ deployment }) => withSpec(deployment('web'), { selector: { matchLabels: { app: 'other' } } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels' }],
  ],
  [
    'no selector',
    ({ deployment }) => withSpec(deployment('web'), { selector: undefined }),
    [
      { reason: 'FieldValueRequired', field: 'spec.selector' },
      { reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels' },
    ],
  ],
  [
    'an invalid DNS name',
    ({ deployment, namespace }) => ({ ...deployment('web'), metadata: { name: 'web_1', namespace } }),
    [{ reason: 'FieldValueInvalid', field: 'metadata.name' }],
  ],
  [
    'a container without an image',
    ({ deployment }) => deployment('web', { image: '' }),
    [{ reason: 'FieldValueRequired', field: 'spec.template.spec.containers[0].image' }],
  ],
  [
    'a port out of range',
    ({ deployment }) => deployment('web', { container: { ports: [{ containerPort: 70000 }] } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].ports[0].containerPort' }],
  ],
  [
    'a mount without a volume',
    ({ deployment }) =>
      deployment('web', { container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] } }),
    [{ reason: 'FieldValueNotFound', field: 'spec.template.spec.containers[0].volumeMounts[0].name' }],
  ],
  [
    'a request above its limit',
    ({ deployment }) =>
      deployment('web', { container: { resources: { requests: { cpu: '2' }, limits: { cpu: '500m' } } } }),
    [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].resources.requests' }],
  ],
  [
    'a probe without a handler',
    ({ deployment }) => deployment('web', { container: { readinessProbe: { periodSeconds: 5 } } }),
    [{ reason: 'FieldValueRequired', field: 'spec.template.spec.containers[0].readinessProbe' }],
  ],
  [
    'two unnamed ports',
    ({ service }) => withSpec(service('web', 80), { ports: [{ port: 80 }, { port: 81, name: 'b' }] }),
    [{ reason: 'FieldValueRequired', field: 'spec.ports[0].name' }],
  ],
  [
    'a claim without a size',
    ({ claim }) => withSpec(claim('data'), { resources: {} }),
    [{ reason: 'FieldValueRequired', field: 'spec.resources[storage]' }],
  ],
];

test.each(REFUSED)('the API server rejects %s', async (_what, objectFor, causes) => {
  const server = await startServer();
  const error = await errorOf(server.apply(objectFor(server)));
  expect(error).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(error.details?.causes).toMatchObject(causes);
  expect(error.details?.causes).toHaveLength(causes.length);
});

test('the error message names every cause', async () => {
  const { apply, deployment } = await startServer();
  const error = await errorOf(apply(withSpec(deployment('web'), { selector: undefined })));
  expect(error.message).toBe(
    'Deployment.apps "web" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"app.kubernetes.io/name":"web"}: `selector` does not match template `labels`]',
  );
});

test('an object in a missing namespace is rejected', async () => {
  const { apply, deployment } = await startServer();
  const object = { ...deployment('web'), metadata: { name: 'web', namespace: 'nowhere' } };
  expect(await errorOf(apply(object))).toMatchObject({
    code: 404,
    message: 'namespaces "nowhere" not found',
  });
});

test('a new selector of a Deployment is rejected', async () => {
  const { apply, deployment, namespace } = await startServer();
  await apply(deployment('web'));
  const relabeled = { ...deployment('other'), metadata: { name: 'web', namespace } };
  const error = await errorOf(apply(relabeled, { force: true }));
  expect(error.details?.causes).toMatchObject([{ reason: 'FieldValueInvalid', field: 'spec.selector' }]);
  expect(error.message).toMatch(/field is immutable$/);
});

test.each(['20Gi', '5Gi'])('a claim of 10Gi that is not bound cannot become one of %s', async (size) => {
  const { apply, claim } = await startServer();
  await apply(claim('data', '10Gi'));
  const error = await errorOf(apply(claim('data', size)));
  expect(error).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(error.details?.causes).toMatchObject([{ reason: 'FieldValueForbidden', field: 'spec' }]);
  expect(error.message).toContain(
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
  );
});

test('a change of an immutable field of a StatefulSet is rejected', async () => {
  const { apply, deployment } = await startServer();
  const set = {
    ...deployment('db'),
    kind: 'StatefulSet',
    spec: { ...deployment('db').spec, serviceName: 'db' },
  };
  await apply(set);
  const error = await errorOf(apply(withSpec(set, { serviceName: 'other' })));
  expect(error.code).toBe(422);
  expect(error.message).toMatch(/updates to statefulset spec for fields other than .* are forbidden/);
});

test('unknown fields are an error in strict validation and are dropped otherwise', async () => {
  const { call, namespace, service } = await startServer();
  const body = withSpec(service('web', 80), { selectr: { a: 'b' } });
  const path = `/api/v1/namespaces/${namespace}/services`;
  const strict = await call('POST', `${path}?fieldValidation=Strict`, body);
  expect(strict.status).toBe(400);
  expect(((await strict.json()) as Error).message).toContain(
    'strict decoding error: unknown field "spec.selectr"',
  );
  const lenient = await call('POST', path, body);
  expect(lenient.status).toBe(201);
  expect(lenient.headers.get('warning')).toContain('unknown field \\"spec.selectr\\"');
  expect(((await lenient.json()) as { spec: object }).spec).not.toHaveProperty('selectr');
});

test('a value of the wrong type, data that is not base64 and a bad quantity are rejected', async () => {
  const { call, namespace, claim } = await startServer();
  const post = async (plural: string, body: object) => {
    const response = await call('POST', `/api/v1/namespaces/${namespace}/${plural}`, body);
    return [response.status, ((await response.json()) as Error).message];
  };
  expect(await post('services', { metadata: { name: 'web' }, spec: { ports: 'http' } })).toEqual([
    400,
    expect.stringContaining('cannot unmarshal string'),
  ]);
  expect(await post('secrets', { metadata: { name: 's' }, data: { key: 'not base64!' } })).toEqual([
    400,
    expect.stringContaining('illegal base64 data'),
  ]);
  expect(await post('persistentvolumeclaims', claim('data', '1 GB'))).toEqual([
    400,
    expect.stringContaining('quantities must match the regular expression'),
  ]);
});

const MAX_SIZE = 1024 * 1024;

test('the values of a Secret have a limit of one mebibyte', async () => {
  const { apply, namespace } = await startServer();
  const secret = (bytes: number) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'large', namespace },
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
  const { apply, namespace } = await startServer();
  const settings = (bytes: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'large', namespace },
    data: { text: 'x'.repeat(bytes - 6) },
    binaryData: { bytes: Buffer.alloc(6).toString('base64') },
  });
  await apply(settings(MAX_SIZE));
  expect(await errorOf(apply(settings(MAX_SIZE + 1)))).toMatchObject({
    code: 422,
    message: 'ConfigMap "large" is invalid: []: Too long: may not be more than 1048576 bytes',
  });
});
