import type { RequestListener } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createCluster } from '../../lib/kubernetes/cluster.ts';
import { connect } from '../../lib/kubernetes/connection.ts';
import { listen, serve } from '../helpers/server.ts';

const PODS = { kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] }; // prettier-ignore

/** What reaching a cluster comes to whose API server answers so; it knows its kinds, unless `listener` says otherwise. */
async function reached(listener: RequestListener, token = () => Promise.resolve('t')) {
  const server = await serve((request, response) => {
    if (request.url !== '/api/v1') {
      listener(request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(PODS));
  });
  return createCluster(connect({ server }, token)).reachable('Cluster access');
}

const answering =
  (status: number, body: object): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

test.each<[string, RequestListener]>([
  ['a connection that breaks', (request) => request.socket.destroy()],
  [
    'an answer that breaks off',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{', () => response.socket?.destroy());
    },
  ],
])('%s is no answer', async (_, listener) => {
  expect(await reached(listener)).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('does not answer') as unknown,
  });
});

test('a server that is not there gives no answer', async () => {
  const { server, close } = await listen(answering(200, {}));
  close();
  const cluster = createCluster(connect({ server }, () => Promise.resolve('t')));
  expect(await cluster.reachable('Cluster access')).toMatchObject({
    state: 'pending',
    detail: expect.stringMatching(/does not answer \(.*ECONNREFUSED/) as unknown,
  });
});

test('a request that takes too long gives no answer, also while the client asks for kinds', async () => {
  const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  const timer = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(timeout));
  onTestFinished(() => timer.mockRestore());
  expect(await reached(answering(200, {}))).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('aborted due to timeout') as unknown,
  });
});

test('a credential that gives no token is waited for, but not for long', async () => {
  const token = () => Promise.reject(new Error('no identity'));
  expect(await reached(answering(200, {}), token)).toMatchObject({
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
  const outcome = await reached(answering(status, { kind: 'Status', message: 'so it is' }));
  expect(outcome.state).toBe(state);
  const problem = outcome.state === 'failed' ? outcome.problem : outcome.state === 'pending' ? outcome.grace?.problem : undefined; // prettier-ignore
  expect(problem?.code).toBe(code);
  if (problem !== undefined) expect(problem.cause).toBe('so it is');
});

test('fields that another manager owns are named', async () => {
  const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.spec.x' }];
  expect(await reached(answering(409, { details: { causes } }))).toMatchObject({
    state: 'failed',
    problem: { code: 'FIELD_CONFLICT', cause: '.spec.x (conflict with "kubectl")' },
  });
});

test('a kind that the server does not know yet is waited for', async () => {
  const server = await serve(answering(200, { ...PODS, resources: [] }));
  const cluster = createCluster(connect({ server }, () => Promise.resolve('t')));
  expect(await cluster.reachable('Cluster access')).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('does not know the kind') as unknown,
  });
});
