import { expect, test } from 'vitest';
import { clientOf } from '../../helpers/kubernetes-client.ts';
import { CLUSTER, errorOf, namespace, startCluster, TOKENS } from './harness.ts';

const secret = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default' },
  stringData: { password: 'geheim' },
});

test('a token of a service account expires', async () => {
  const { call, clock, server } = await startCluster();
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 600 },
  };
  const response = await call('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', request);
  const { status } = (await response.json()) as { status: { token: string } };
  const robot = clientOf({ server }, status.token);
  const statusOf = async () => (await robot.call('GET', '/api/v1/namespaces/default/configmaps')).status;
  expect(await statusOf()).toBe(403);
  clock.advance(600_000);
  expect(await statusOf()).toBe(401);
});

test('a stopped cluster is unreachable, and keeps its objects at a new address; a deleted one does not', async () => {
  const { api, kubernetes, call, read } = await startCluster();
  await api.create(secret('kept'));
  kubernetes.stop(CLUSTER);
  await expect(call('GET', '/version')).rejects.toThrow('fetch failed');
  kubernetes.start(CLUSTER);
  await expect(call('GET', '/version')).rejects.toThrow('fetch failed');
  const restarted = clientOf(kubernetes.endpoint(CLUSTER), TOKENS.admin);
  expect(await restarted.read('v1', 'Secret', 'kept', 'default')).toMatchObject({
    metadata: { name: 'kept' },
  });
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
