import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../helpers/api-server.ts';
import { errorOf } from '../helpers/kubernetes-client.ts';
import { withSpec } from '../helpers/kubernetes-objects.ts';

const MATCHA = { manager: 'matcha', force: true };

const CASES: [kind: string, object: (server: TestServer) => object][] = [
  ['ConfigMap', ({ config }) => config('settings', { a: '1' })],
  ['Secret', ({ secret }) => secret('keys')],
  ['Service', ({ service }) => service('web', 80)],
  ['Deployment', ({ deployment }) => deployment('web')],
  ['PersistentVolumeClaim', ({ claim }) => claim('data')],
  ['NetworkPolicy without ingress', (server) => policy(server, {})],
];

const policy = ({ namespace }: TestServer, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny', namespace },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
});

/** Applies an object until no controller has changed it in between. Returns it before and after the last time. */
async function applyAgain({ apply, eventually }: TestServer, object: object) {
  await apply(object);
  return eventually(
    async () => ({ before: await apply(object), after: await apply(object) }),
    ({ before, after }) => before.metadata?.resourceVersion === after.metadata?.resourceVersion,
  );
}

test.each(CASES)('a repeated apply does not change a %s', async (_kind, objectFor) => {
  const server = await startServer();
  const { before, after } = await applyAgain(server, objectFor(server));
  expect(after).toEqual(before);
  expect(after.metadata?.generation ?? 1).toBe(1);
});

test('a repeated apply of an empty list that the server does not store is a new generation', async () => {
  const server = await startServer();
  const object = policy(server, { ingress: [] });
  const first = await server.apply(object);
  const second = await server.apply(object);
  expect(second.spec).toEqual(first.spec);
  expect([first.metadata?.generation, second.metadata?.generation]).toEqual([1, 2]);
  expect(second.metadata?.resourceVersion).not.toBe(first.metadata?.resourceVersion);
});

test('an apply creates with 201 and updates with 200', async () => {
  const { call, config, namespace } = await startServer();
  const patch = async (a: string) => {
    const path = `/api/v1/namespaces/${namespace}/configmaps/settings?fieldManager=matcha`;
    const body = config('settings', { a });
    const response = await call('PATCH', path, body, { 'content-type': 'application/apply-patch+yaml' });
    return response.status;
  };
  expect([await patch('1'), await patch('2')]).toEqual([201, 200]);
});

test('a field that its manager no longer applies is removed unless another manager owns it', async () => {
  const { apply, read, config, namespace } = await startServer();
  await apply(config('settings', { mine: '1', shared: '2' }));
  await apply(config('settings', { shared: '2', theirs: '3' }), { manager: 'other' });
  await apply(config('settings', {}));
  const { data, metadata } = await read('v1', 'ConfigMap', 'settings', namespace);
  expect(data).toEqual({ shared: '2', theirs: '3' });
  expect(metadata?.managedFields?.map(({ manager }) => manager)).toContain('other');
});

test('an apply of a field that another manager applied is a conflict unless it is forced', async () => {
  const { apply, deployment } = await startServer();
  await apply(deployment('web'), { manager: 'flux' });
  const changed = deployment('web', { image: 'nginx:1.30' });
  const error = await errorOf(apply(changed));
  const field = '.spec.template.spec.containers[name="main"].image';
  expect(error).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with 1 conflict: conflict with "flux": ${field}`,
  });
  expect(error.details?.causes).toEqual([
    { reason: 'FieldManagerConflict', message: 'conflict with "flux"', field },
  ]);
  const forced = await apply(changed, MATCHA);
  expect(forced.metadata?.generation).toBe(2);
  expect((await errorOf(apply(deployment('web'), { manager: 'flux' }))).message).toMatch(
    /conflict with "matcha"/,
  );
});

test('a conflict with a manager that updated the field names its API version', async () => {
  const { apply, call, config, namespace } = await startServer();
  await apply(config('settings', { a: '1', b: '1' }));
  const path = `/api/v1/namespaces/${namespace}/configmaps/settings?fieldManager=kubectl-edit`;
  const edited = await call(
    'PATCH',
    path,
    { data: { a: '2', b: '2' } },
    {
      'content-type': 'application/merge-patch+json',
    },
  );
  expect(edited.status).toBe(200);
  const error = await errorOf(apply(config('settings', { a: '1', b: '1' })));
  expect(error.details?.causes).toEqual(
    ['.data.a', '.data.b'].map((field) => ({
      reason: 'FieldManagerConflict',
      message: expect.stringMatching(/^conflict with "kubectl-edit" using v1/) as string,
      field,
    })),
  );
  expect(error.message).toMatch(
    /^Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1(?: at \S+)?:\n- \.data\.a\n- \.data\.b$/,
  );
});

test('keyed lists merge by their keys', async () => {
  const { apply, read, deployment, namespace } = await startServer();
  await apply(deployment('web', { container: { env: [{ name: 'A', value: '1' }] } }));
  const container = { name: 'main', env: [{ name: 'B', value: '2' }] };
  const theirs = {
    ...deployment('web'),
    spec: { selector: deployment('web').spec.selector, template: { spec: { containers: [container] } } },
  };
  await apply(theirs, { manager: 'other' });
  await apply(deployment('web'));
  const { spec } = await read('apps/v1', 'Deployment', 'web', namespace);
  expect(spec).toMatchObject({
    template: {
      spec: { containers: [{ name: 'main', image: 'nginx:1.29', env: [{ name: 'B', value: '2' }] }] },
    },
  });
});

test('a dry run stores nothing', async () => {
  const { apply, read, config, namespace } = await startServer();
  await apply(config('settings', { a: '1' }), { dryRun: 'All' });
  expect(await errorOf(read('v1', 'ConfigMap', 'settings', namespace))).toMatchObject({ code: 404 });
});

const limits = (memory: unknown) => ({ container: { resources: { limits: { memory } } } });

const FAILURE = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 500 };

const pathOf = ({ namespace }: TestServer, { kind }: Manifest) =>
  kind === 'Service'
    ? `/api/v1/namespaces/${namespace}/services/web?fieldManager=matcha&fieldValidation=Strict`
    : `/apis/apps/v1/namespaces/${namespace}/deployments/web?fieldManager=matcha&fieldValidation=Strict`;

interface Manifest {
  kind: string;
  spec: object;
}

const SCHEMA_ERRORS: [what: string, object: (server: TestServer) => Manifest, message: RegExp][] = [
  [
    'an unknown field',
    ({ service }) => withSpec(service('web', 80), { prots: [] }),
    /^failed to create typed patch object \(test-\w+\/web; \/v1, Kind=Service\): \.spec\.prots: field not declared in schema$/,
  ],
  [
    'a value of the wrong type',
    ({ deployment }) => withSpec(deployment('web'), { replicas: 'two' }),
    /^failed to create typed patch object \(test-\w+\/web; apps\/v1, Kind=Deployment\): \.spec\.replicas: expected numeric \(int or float\), got string$/,
  ],
  [
    'an invalid quantity',
    ({ deployment }) => deployment('web', limits('1 GB')),
    /^failed to convert new object \(test-\w+\/web; apps\/v1, Kind=Deployment\) to proper version: unable to convert unstructured object to apps\/v1, Kind=Deployment: quantities must match the regular expression/,
  ],
  [
    'two items with the same key',
    ({ service }) => withSpec(service('web', 80), { ports: [{ port: 80 }, { port: 80 }] }),
    /: \.spec\.ports: duplicate entries for key \[port=80,protocol="TCP"\]$/,
  ],
  [
    'several errors',
    ({ service }) => withSpec(service('web', 80), { ports: [{ port: 'x' }], type: 3 }),
    // The real server lists them in any order.
    /^(?=[^]*\n {2}\.spec\.ports\[port="x",protocol="TCP"\]\.port: expected numeric)(?=[^]*\n {2}\.spec\.type: expected string, got &value\.valueUnstructured\{Value:3\})[^]*: errors:\n/,
  ],
];

test.each(SCHEMA_ERRORS)('an apply of %s is answered with 500', async (_what, objectFor, message) => {
  const server = await startServer();
  const object = objectFor(server);
  // The client leaves unknown fields out.
  const response = await server.call('PATCH', pathOf(server, object), object, {
    'content-type': 'application/apply-patch+yaml',
  });
  expect([response.status, await response.json()]).toEqual([
    500,
    { ...FAILURE, message: expect.stringMatching(message) as string },
  ]);
});
