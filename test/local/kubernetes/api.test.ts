import { expect, test } from 'vitest';
import {
  CLUSTER,
  clientOf,
  deployment,
  errorOf,
  eventually,
  namespace,
  startCluster,
  TOKEN,
} from './harness.ts';

const secret = (name: string, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default', labels },
  stringData: { password: 'geheim' },
});

test('an object is created, read, listed by labels, replaced and deleted', async () => {
  const { api, read } = await startCluster();
  await api.create(secret('a', { tier: 'web' }));
  await api.create(secret('b', { tier: 'database' }));
  const found = await read('v1', 'Secret', 'a', 'default');
  expect(found.data).toEqual({ password: Buffer.from('geheim').toString('base64') });

  const names = async (selector: string) => {
    const list = await api.list(
      'v1',
      'Secret',
      'default',
      undefined,
      undefined,
      undefined,
      undefined,
      selector,
    );
    return list.items.map(({ metadata }) => metadata?.name);
  };
  expect(await names('tier=web')).toEqual(['a']);
  expect(await names('tier in (web, database),tier!=web')).toEqual(['b']);
  expect(await names('!tier')).toEqual([]);

  const stale = { ...secret('a'), metadata: { ...secret('a').metadata, resourceVersion: '1' } };
  expect(await errorOf(api.replace(stale))).toMatchObject({ code: 409, reason: 'Conflict' });
  await api.delete(secret('a'));
  expect(await errorOf(read('v1', 'Secret', 'a', 'default'))).toMatchObject({
    code: 404,
    reason: 'NotFound',
    message: 'secrets "a" not found',
  });
});

test('a second object with the same name is rejected', async () => {
  const { api } = await startCluster();
  await api.create(secret('a'));
  expect(await errorOf(api.create(secret('a')))).toMatchObject({
    code: 409,
    reason: 'AlreadyExists',
    message: 'secrets "a" already exists',
  });
});

test('a missing token is unauthorized, and a wrong token is forbidden', async () => {
  const { server } = await startCluster();
  const error = (token: string | undefined) => errorOf(clientOf(server, token).read(namespace('default')));
  expect(await error(undefined)).toMatchObject({ code: 401, reason: 'Unauthorized' });
  expect(await error('bad')).toMatchObject({ code: 403, reason: 'Forbidden' });
});

test('a service account token has the permissions of RBAC until it expires', async () => {
  const { server, call, clock, apply } = await startCluster();
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 600 },
  };
  const response = await call('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', request);
  expect(response.status).toBe(201);
  const { status } = (await response.json()) as { status: { token: string } };
  const robot = clientOf(server, status.token);
  const list = () => robot.list('v1', 'ConfigMap', 'default');
  expect((await errorOf(list())).message).toBe(
    'configmaps is forbidden: User "system:serviceaccount:default:default" cannot list resource "configmaps" in API group "" in the namespace "default"',
  );
  const rbac = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: { name: 'reader', namespace: 'default' },
  };
  await apply({
    ...rbac,
    kind: 'Role',
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }],
  });
  await apply({
    ...rbac,
    kind: 'RoleBinding',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  });
  expect((await list()).items).toHaveLength(1);
  expect(await errorOf(robot.list('v1', 'Secret', 'default'))).toMatchObject({ code: 403 });
  clock.advance(600_000);
  expect(await errorOf(list())).toMatchObject({ code: 401 });
});

test('discovery lists the kinds', async () => {
  const { call } = await startCluster();
  const json = async (path: string) => (await call('GET', path)).json();
  expect(await json('/version')).toMatchObject({ major: '1' });
  const { resources } = (await json('/apis/apps/v1')) as { resources: object[] };
  expect(resources).toContainEqual(
    expect.objectContaining({ name: 'deployments', kind: 'Deployment', namespaced: true }),
  );
  expect((await call('GET', '/apis/acme.io/v1')).status).toBe(404);
});

test('deleting a namespace deletes its contents', async () => {
  const { apply, api, read, kubernetes, clock } = await startCluster();
  await apply(namespace('team'));
  await apply(deployment('web'));
  await api.delete(namespace('team'));
  expect((await read('v1', 'Namespace', 'team')).status).toMatchObject({ phase: 'Terminating' });
  const error = await errorOf(apply(deployment('other')));
  expect(error).toMatchObject({ code: 403, details: { causes: [{ reason: 'NamespaceTerminating' }] } });
  await eventually(
    clock,
    () => kubernetes.objects(CLUSTER).filter(({ metadata }) => metadata.name === 'team'),
    (left) => left.length === 0,
  );
  expect(kubernetes.objects(CLUSTER).filter(({ metadata }) => metadata.namespace === 'team')).toEqual([]);
});

test('a stopped cluster is unreachable, and keeps its objects at a new address; a deleted one does not', async () => {
  const { api, kubernetes, call, read } = await startCluster();
  await api.create(secret('kept'));
  kubernetes.stop(CLUSTER);
  await expect(call('GET', '/version')).rejects.toThrow('fetch failed');
  kubernetes.start(CLUSTER);
  await expect(call('GET', '/version')).rejects.toThrow('fetch failed');
  const restarted = clientOf(kubernetes.endpoint(CLUSTER).server, TOKEN);
  const metadata = { name: 'kept', namespace: 'default' };
  expect(await restarted.read({ apiVersion: 'v1', kind: 'Secret', metadata })).toMatchObject({ metadata });
  kubernetes.delete(CLUSTER);
  await expect(call('GET', '/version')).rejects.toThrow('fetch failed');
  kubernetes.create(CLUSTER);
  expect(await errorOf(read('v1', 'Secret', 'kept', 'default'))).toMatchObject({ code: 404 });
});

test('faults apply to requests, and every exchange is traced', async () => {
  const { faults, exchanges, apply, call } = await startCluster();
  faults.add({
    target: 'kubernetes',
    method: 'GET',
    path: /^\/version$/,
    respond: { status: 503, body: {} },
  });
  expect([(await call('GET', '/version')).status, (await call('GET', '/version')).status]).toEqual([
    503, 200,
  ]);
  faults.add({ target: 'kubernetes', method: 'PATCH', path: /namespaces\/team/, loseResponse: true });
  await expect(apply(namespace('team'))).rejects.toThrow('fetch failed');
  expect((await call('GET', '/api/v1/namespaces/team')).status).toBe(200);
  expect(exchanges[0]).toMatchObject({ target: 'kubernetes', method: 'GET', status: 503 });
  expect(exchanges[0]?.url).toMatch(/^https:\/\/demo-k8s-[0-9a-f]{8}\.hcp\.local\.azmk8s\.io\/version$/);
});
