import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../helpers/api-server.ts';
import { errorOf } from '../helpers/kubernetes-client.ts';
import { namespace as namespaceOf } from '../helpers/kubernetes-objects.ts';

const RBAC = 'rbac.authorization.k8s.io';

const tokenRequest = (expirationSeconds: number) => ({
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec: { expirationSeconds },
});

/** Creates a service account with the rules of a Role. Returns a token of it. */
async function robotWith({ apply, call, namespace }: TestServer, rules: object[]): Promise<string> {
  const metadata = { name: 'robot', namespace };
  await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await apply({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules });
  await apply({
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'robot' },
    subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace }],
  });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/robot/token`;
  const response = await call('POST', path, tokenRequest(600));
  expect(response.status).toBe(201);
  const { status } = (await response.json()) as { status: { token: string; expirationTimestamp: string } };
  return status.token;
}

test('a caller without a token or with an unknown token is unauthorized', async () => {
  const { as, namespace } = await startServer();
  for (const token of [undefined, 'unknown', 'a.b.c']) {
    const response = await as(token).call('GET', `/api/v1/namespaces/${namespace}/secrets`);
    expect([response.status, await response.json()]).toEqual([
      401,
      expect.objectContaining({ reason: 'Unauthorized', message: 'Unauthorized' }),
    ]);
  }
});

test('a known user without permissions is forbidden', async () => {
  const { as, tokens, namespace } = await startServer();
  const response = await as(tokens.powerless).call('GET', `/api/v1/namespaces/${namespace}/secrets`);
  expect([response.status, await response.json()]).toEqual([
    403,
    expect.objectContaining({ reason: 'Forbidden' }),
  ]);
});

test('a service account may do what its Role says, in its namespace, and nothing else', async () => {
  const server = await startServer();
  const { as, apply, call, namespace, config, service, eventually } = server;
  await apply(config('settings', {}));
  await apply(service('tool', 80));
  const token = await robotWith(server, [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
    {
      apiGroups: [''],
      resources: ['services/proxy'],
      resourceNames: ['tool', 'http:tool:80'],
      verbs: ['get'],
    },
  ]);
  const robot = as(token);
  const statusOf = async (method: string, path: string, body?: object) =>
    (await robot.call(method, path, body)).status;
  const own = `/api/v1/namespaces/${namespace}`;
  expect(await statusOf('GET', `${own}/configmaps`)).toBe(200);
  expect(await statusOf('GET', `${own}/configmaps/settings`)).toBe(200);
  expect(await statusOf('GET', '/version')).toBe(200);
  expect(await statusOf('GET', '/apis/apps/v1')).toBe(200);
  // Allowed, but nothing runs behind the Service.
  const proxied = () => statusOf('GET', `${own}/services/tool/proxy/`);
  expect(await eventually(proxied, (status) => status !== 404)).toBe(503);
  expect(await statusOf('GET', `${own}/services/http:tool:80/proxy/health`)).toBe(503);

  const denied: [method: string, path: string, body?: object][] = [
    ['GET', `${own}/services/other/proxy/`],
    // For RBAC, another name.
    ['GET', `${own}/services/tool:80/proxy/`],
    ['POST', `${own}/services/tool/proxy/`, {}],
    ['GET', `${own}/services/tool`],
    ['GET', `${own}/secrets`],
    ['POST', `${own}/configmaps`, config('other', {})],
    ['DELETE', `${own}/configmaps/settings`],
    ['DELETE', `${own}/configmaps`],
    ['GET', '/api/v1/configmaps'],
    ['GET', '/api/v1/namespaces/kube-system/configmaps'],
    ['GET', own],
    ['GET', '/api/v1/nodes'],
    ['POST', `${own}/serviceaccounts/robot/token`, tokenRequest(600)],
  ];
  for (const [method, path, body] of denied)
    expect([method, path, await statusOf(method, path, body)]).toEqual([method, path, 403]);
  expect((await call('GET', `${own}/configmaps/settings`)).status).toBe(200);
});

test('a refusal names the user, the verb, the resource and the namespace', async () => {
  const server = await startServer();
  const { as, namespace } = server;
  const robot = as(await robotWith(server, []));
  const user = `system:serviceaccount:${namespace}:robot`;
  const own = `/api/v1/namespaces/${namespace}`;
  const messageOf = async (path: string) => ((await (await robot.call('GET', path)).json()) as Error).message;
  expect(await messageOf(`${own}/configmaps`)).toBe(
    `configmaps is forbidden: User "${user}" cannot list resource "configmaps" in API group "" in the namespace "${namespace}"`,
  );
  expect(await messageOf(`/apis/apps/v1/namespaces/${namespace}/deployments/web`)).toBe(
    `deployments.apps "web" is forbidden: User "${user}" cannot get resource "deployments" in API group "apps" in the namespace "${namespace}"`,
  );
  expect(await messageOf(`${own}/services/http:tool:80/proxy/`)).toBe(
    `services "http:tool:80" is forbidden: User "${user}" cannot get resource "services/proxy" in API group "" in the namespace "${namespace}"`,
  );
  expect(await messageOf('/api/v1/nodes')).toBe(
    `nodes is forbidden: User "${user}" cannot list resource "nodes" in API group "" at the cluster scope`,
  );
});

test('a token ends with its service account', async () => {
  const server = await startServer();
  const { api, as, apply, namespace, eventually } = server;
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
  const robot = as(await robotWith(server, rules));
  const statusOf = async () => (await robot.call('GET', `/api/v1/namespaces/${namespace}/configmaps`)).status;
  expect(await statusOf()).toBe(200);
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace } };
  await api.delete(account);
  await eventually(statusOf, (status) => status === 401);
  await apply(account);
  expect(await statusOf()).toBe(401);
});

test('a token lives for ten minutes at least, and needs an account', async () => {
  const { apply, call, namespace } = await startServer();
  await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace } });
  const ask = async (account: string, seconds: number) => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const response = await call('POST', path, tokenRequest(seconds));
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect(await ask('robot', 599)).toMatchObject({
    status: 422,
    body: {
      reason: 'Invalid',
      message: expect.stringContaining('may not specify a duration less than 10 minutes') as string,
    },
  });
  expect(await ask('nobody', 600)).toMatchObject({
    status: 404,
    body: { message: 'serviceaccounts "nobody" not found' },
  });
  const { status, body } = await ask('robot', 600);
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' }),
  ]);
  const { expirationTimestamp } = body['status'] as { expirationTimestamp: string };
  const { creationTimestamp } = body['metadata'] as { creationTimestamp: string };
  expect(Date.parse(expirationTimestamp) - Date.parse(creationTimestamp)).toBe(600_000);
});

test('the names of a Role of another namespace give nothing', async () => {
  const server = await startServer();
  const { api, as, namespace } = server;
  const other = `${namespace}-other`;
  await api.create(namespaceOf(other));
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const robot = as(await robotWith(server, rules));
  expect(await errorOf(robot.api.list('v1', 'Secret', other))).toMatchObject({ code: 403 });
  expect((await robot.api.list('v1', 'Secret', namespace)).items).toEqual([]);
});
