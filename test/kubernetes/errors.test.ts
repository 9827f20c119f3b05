import type { RequestListener } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { NO_FENCE } from '../../lib/domain/fence.ts';
import { createCluster } from '../../lib/kubernetes/cluster.ts';
import { done } from '../../lib/domain/outcome.ts';
import { connect } from '../../lib/kubernetes/connection.ts';
import { listen, serve } from '../helpers/server.ts';

const RESOURCES = { kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] }; // prettier-ignore

/** The outcome of a request to an API server. `listener` handles all requests except discovery. */
async function outcomeOf(listener: RequestListener, token = () => Promise.resolve('t')) {
  const server = await serve((request, response) => {
    if (request.url !== '/api/v1') {
      listener(request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(RESOURCES));
  });
  return createCluster(connect({ server }, token), NO_FENCE).reachable('Cluster access');
}

const responding =
  (status: number, body: object): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

test.each<[string, RequestListener]>([
  ['a closed connection', (request) => request.socket.destroy()],
  [
    'an incomplete response',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{', () => response.socket?.destroy());
    },
  ],
])('%s is pending', async (_, listener) => {
  expect(await outcomeOf(listener)).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('does not answer') as unknown,
  });
});

test('an unreachable server is pending', async () => {
  const { server, close } = await listen(responding(200, {}));
  close();
  const cluster = createCluster(
    connect({ server }, () => Promise.resolve('t')),
    NO_FENCE,
  );
  expect(await cluster.reachable('Cluster access')).toMatchObject({
    state: 'pending',
    detail: expect.stringMatching(/does not answer \(.*ECONNREFUSED/) as unknown,
  });
});

test('a timeout is pending, also during discovery', async () => {
  const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  const timer = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(timeout));
  onTestFinished(() => timer.mockRestore());
  expect(await outcomeOf(responding(200, {}))).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('aborted due to timeout') as unknown,
  });
});

test('a missing token is retried within a grace period', async () => {
  const token = () => Promise.reject(new Error('no identity'));
  expect(await outcomeOf(responding(200, {}), token)).toMatchObject({
    state: 'pending',
    grace: { problem: { code: 'AZURE_SIGN_IN_FAILED', cause: 'no identity' } },
  });
});

test.each([
  [401, 'pending', 'CLUSTER_FORBIDDEN'],
  [403, 'pending', 'MANIFEST_REFUSED'],
  [404, 'pending', undefined],
  [408, 'pending', undefined],
  [409, 'pending', undefined],
  [429, 'pending', undefined],
  [503, 'pending', undefined],
  [422, 'failed', 'MANIFEST_REFUSED'],
])('HTTP %d is %s', async (status, state, code) => {
  const outcome = await outcomeOf(responding(status, { kind: 'Status', message: 'so it is' }));
  expect(outcome.state).toBe(state);
  const problem = outcome.state === 'failed' ? outcome.problem : outcome.state === 'pending' ? outcome.grace?.problem : undefined; // prettier-ignore
  expect(problem?.code).toBe(code);
  if (problem !== undefined) expect(problem.cause).toBe('so it is');
});

const MINUTES = 60;

test.each([
  [
    'a role in Azure',
    'pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope: User does not have access to the resource in Azure. Update role assignment to allow access.',
    10 * MINUTES,
    'CLUSTER_FORBIDDEN',
    /Azure Kubernetes Service RBAC Cluster Admin/,
  ],
  [
    'a role of Kubernetes',
    'pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope',
    30,
    'CLUSTER_FORBIDDEN',
    /ClusterRole cluster-admin/,
  ],
  [
    'a quota',
    'persistentvolumeclaims "mlflow" is forbidden: exceeded quota: small, requested: requests.storage=10Gi',
    30,
    'MANIFEST_REFUSED',
    /quota, policy or webhook/,
  ],
])('a denial by %s has its own patience and remedy', async (_, message, seconds, code, remedy) => {
  expect(await outcomeOf(responding(403, { kind: 'Status', message }))).toMatchObject({
    state: 'pending',
    grace: {
      seconds,
      problem: {
        code,
        cause: message,
        remedies: expect.arrayContaining([
          expect.objectContaining({ text: expect.stringMatching(remedy) as unknown }),
        ]) as unknown,
      },
    },
  });
});

test('an object in a namespace that is being deleted waits for it', async () => {
  const causes = [{ reason: 'NamespaceTerminating', message: 'namespace mlflow is being terminated' }];
  const outcome = await outcomeOf(responding(403, { kind: 'Status', message: 'no', details: { causes } }));
  expect(outcome).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('its namespace is being deleted') as unknown,
  });
  expect(outcome).not.toHaveProperty('grace');
});

test.each([
  'failed to create typed patch object (mlflow/mlflow; apps/v1, Kind=Deployment): .spec.x: field not declared in schema',
  'failed to convert new object (mlflow/mlflow; apps/v1, Kind=Deployment) to proper version: quantities must match the regular expression',
])('an HTTP 500 that names a schema error is a refusal: %s', async (message) => {
  expect(await outcomeOf(responding(500, { kind: 'Status', message }))).toMatchObject({
    state: 'failed',
    problem: { code: 'MANIFEST_REFUSED', cause: message },
  });
  expect(
    await outcomeOf(responding(500, { kind: 'Status', message: 'etcdserver: leader changed' })),
  ).toMatchObject({
    state: 'pending',
    problem: { code: 'CLUSTER_BUSY' },
  });
});

test('a proxy that does not reach the API server says why', async () => {
  const message = 'connect ECONNREFUSED 10.0.0.4:443';
  expect(await outcomeOf(responding(502, { kind: 'Status', message }))).toMatchObject({
    state: 'pending',
    detail: `Cluster access: the cluster does not answer (${message})`,
    problem: { code: 'CLUSTER_UNREACHABLE', cause: message },
  });
});

test('a field conflict lists the fields and their managers', async () => {
  const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.spec.x' }];
  expect(await outcomeOf(responding(409, { details: { causes } }))).toMatchObject({
    state: 'failed',
    problem: { code: 'FIELD_CONFLICT', cause: '.spec.x (conflict with "kubectl")' },
  });
});

test('a webhook that quotes a new Secret is shown without its values', async () => {
  const password = 'canaryPassword0123456789';
  const encoded = Buffer.from(password).toString('base64');
  const secrets = { name: 'secrets', kind: 'Secret', namespaced: true };
  const server = await serve((request, response) => {
    const isDiscovery = request.url === '/api/v1';
    const message = `admission webhook "w.example.com" denied ${password}: {"data":{"a":"${encoded}"}}`;
    const body = isDiscovery
      ? { ...RESOURCES, resources: [secrets] }
      : { kind: 'Status', message, details: { causes: [{ message }] } };
    responding(isDiscovery ? 200 : 400, body)(request, response);
  });
  const cluster = createCluster(
    connect({ server }, () => Promise.resolve('t')),
    NO_FENCE,
  );
  const metadata = { name: 'x', namespace: 'y' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { a: password } };
  const outcome = await cluster.attempt('Secret', async () => {
    await cluster.createOnce(secret);
    return done;
  });
  expect(outcome).toMatchObject({
    state: 'failed',
    problem: {
      code: 'MANIFEST_REFUSED',
      cause: 'admission webhook "w.example.com" denied ***: {"data":{"a":"***"}}',
    },
  });
});

test('a kind that does not exist yet is pending', async () => {
  const server = await serve(responding(200, { ...RESOURCES, resources: [] }));
  const cluster = createCluster(
    connect({ server }, () => Promise.resolve('t')),
    NO_FENCE,
  );
  expect(await cluster.reachable('Cluster access')).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('does not know the kind') as unknown,
  });
});

const ROUTE = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'mlflow', namespace: 'mlflow' },
};

test.each<[string, RequestListener]>([
  [
    'a group',
    (_, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n'),
  ],
  ['a kind', responding(200, { ...RESOURCES, groupVersion: ROUTE.apiVersion, resources: [] })],
])('an object of %s that the cluster does not know names its kind', async (_, listener) => {
  const server = await serve(listener);
  const cluster = createCluster(
    connect({ server }, () => Promise.resolve('t')),
    NO_FENCE,
  );
  const outcome = await cluster.attempt('MLflow', async () => {
    await cluster.apply([ROUTE]);
    return done;
  });
  expect(outcome).toMatchObject({
    state: 'pending',
    detail: 'MLflow: the cluster does not know the kind HTTPRoute of gateway.networking.k8s.io/v1 yet',
  });
  expect(await cluster.read({ ...ROUTE, ...ROUTE.metadata })).toBeUndefined();
});

test('an idempotent request whose response is lost is sent once more', async () => {
  const seen = new Set<string>();
  const server = await serve((request, response) => {
    const key = `${request.method ?? ''} ${request.url ?? ''}`;
    if (request.url === '/api/v1') responding(200, RESOURCES)(request, response);
    else if (seen.has(key))
      responding(200, { kind: 'Namespace', metadata: { name: 'x' } })(request, response);
    else request.socket.destroy();
    seen.add(key);
  });
  const cluster = createCluster(
    connect({ server }, () => Promise.resolve('t')),
    NO_FENCE,
  );
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } };
  expect(await cluster.presence([object])).toMatchObject({ absent: [] });
  await expect(cluster.apply([object])).resolves.toBeUndefined();
  await expect(cluster.removeAll([object])).resolves.toBeUndefined();
});
