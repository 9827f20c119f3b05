import { PassThrough, Writable } from 'node:stream';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { clientOf, errorOf } from '../../helpers/kubernetes-client.ts';
import { deployment, eventually, isAvailable, namespace, startCluster, type Harness } from './harness.ts';

const RULES = [
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
];

/** A cluster with a Chroma in the namespace `team`, and a token that may forward ports to it. */
async function startChroma(rules = RULES) {
  const cluster = await startCluster();
  const { apply, read, call, clock } = cluster;
  await apply(namespace('team'));
  await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ada', namespace: 'team' } });
  const rbac = 'rbac.authorization.k8s.io';
  await apply({
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: { name: 'ada', namespace: 'team' },
    rules,
  });
  await apply({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'ada', namespace: 'team' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'ada' },
    subjects: [{ kind: 'ServiceAccount', name: 'ada', namespace: 'team' }],
  });
  const image = 'chromadb/chroma:1.5.9';
  await apply(
    deployment('chroma', { image, container: { args: ['run'], ports: [{ containerPort: 8000 }] } }),
  );
  await eventually(clock, () => read('apps/v1', 'Deployment', 'chroma', 'team'), isAvailable);
  const path = '/api/v1/namespaces/team/serviceaccounts/ada/token';
  const request = { spec: { audiences: [], expirationSeconds: 3600 } };
  const issued = (await (await call('POST', path, request)).json()) as { status: { token: string } };
  const pods = await clientOf(cluster, issued.status.token).api.list('v1', 'Pod', 'team');
  return { ...cluster, token: issued.status.token, pod: pods.items[0]?.metadata?.name ?? '' };
}

/** Sends text to a port of a pod through the client library; returns what comes back on both channels. */
async function forwarded(
  { server, token }: Pick<Harness, 'server'> & { token: string },
  { pod, port, namespace: where = 'team' }: { pod: string; port: number; namespace?: string },
  text: string,
) {
  const config = new KubeConfig();
  config.loadFromOptions({
    // The library refuses plain HTTP otherwise.
    clusters: [{ name: 'c', server, skipTLSVerify: true }],
    users: [{ name: 'u', token }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  });
  const received = { data: '', error: '' };
  const into = (member: 'data' | 'error') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        received[member] += chunk.toString();
        done();
      },
    });
  const input = new PassThrough();
  // The library has no types of its WebSocket.
  const socket = (await new PortForward(config).portForward(
    where,
    pod,
    [port],
    into('data'),
    into('error'),
    input,
  )) as unknown as { onclose: () => void };
  const closed = new Promise<void>((resolve) => (socket.onclose = resolve));
  input.write(text);
  await closed;
  return received;
}

const HEARTBEAT = 'GET /api/v2/heartbeat HTTP/1.1\r\nhost: localhost:8238\r\nconnection: close\r\n\r\n';

test('the client library reaches a tool through a forwarded port', async () => {
  const cluster = await startChroma();
  const { data, error } = await forwarded(cluster, { pod: cluster.pod, port: 8000 }, HEARTBEAT);
  expect(data).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*nanosecond heartbeat/);
  expect(error).toBe('');
});

test('a port that nothing listens on is an error on the second channel', async () => {
  const cluster = await startChroma();
  const { data, error } = await forwarded(cluster, { pod: cluster.pod, port: 8001 }, HEARTBEAT);
  expect(data).toBe('');
  expect(error).toMatch(/^error forwarding port 8001 to pod chroma-\S+, uid .+connection refused$/);
});

test('a message larger than a frame header of two bytes arrives whole', async () => {
  const cluster = await startChroma();
  const body = JSON.stringify({ name: 'a'.repeat(70_000) });
  const path = '/api/v2/tenants/default_tenant/databases/default_database/collections';
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`;
  const { data } = await forwarded(cluster, { pod: cluster.pod, port: 8000 }, head + body);
  expect(data).toMatch(/^HTTP\/1\.1 \d+ /);
});

const refusal = (cluster: Parameters<typeof forwarded>[0], target: Parameters<typeof forwarded>[1]) =>
  forwarded(cluster, target, '').then(
    () => 'accepted',
    (error: unknown) => (error as { message: string }).message,
  );

test('the API server refuses what it does not allow', async () => {
  const cluster = await startChroma();
  const { pod, clock } = cluster;
  const forward = { pod, port: 8000 };
  expect(await refusal(cluster, { ...forward, pod: 'gone' })).toMatch(/404/);
  expect(await refusal(cluster, { ...forward, port: 0 })).toMatch(/400/);
  expect(await refusal(cluster, { ...forward, namespace: 'kube-system' })).toMatch(/403/);
  expect(await refusal({ ...cluster, token: 'nobody' }, forward)).toMatch(/401/);
  expect(await errorOf(clientOf(cluster, cluster.token).api.list('v1', 'Secret', 'team'))).toMatchObject({
    code: 403,
  });
  clock.advance(3600 * 1000);
  expect(await refusal(cluster, forward)).toMatch(/401/);
});

test('a WebSocket needs the right to create', async () => {
  const cluster = await startChroma([
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get'] },
  ]);
  expect(await refusal(cluster, { pod: cluster.pod, port: 8000 })).toMatch(/403/);
});

test('a request without the upgrade is refused', async () => {
  const { call, pod } = await startChroma();
  const response = await call('GET', `/api/v1/namespaces/team/pods/${pod}/portforward?ports=8000`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('Upgrade request required');
});

test('a token for another audience is not accepted', async () => {
  const { call, server } = await startChroma();
  const spec = { audiences: ['https://elsewhere.example'], expirationSeconds: 3600 };
  const response = await call('POST', '/api/v1/namespaces/team/serviceaccounts/ada/token', { spec });
  const { status } = (await response.json()) as { status: { token: string } };
  expect(await errorOf(clientOf({ server }, status.token).api.list('v1', 'Pod', 'team'))).toMatchObject({
    code: 401,
  });
});
