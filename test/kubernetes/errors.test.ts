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
  [403, 'pending', 'CLUSTER_FORBIDDEN'],
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
