import { expect, test } from 'vitest';
import { startServer } from '../helpers/api-server.ts';

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

test('a Deployment without its service account has no pods, and says so', async () => {
  const { apply, read, deployment, namespace, eventually } = await startServer();
  await apply(deployment('web', { pod: { serviceAccountName: 'robot' } }));
  const conditions = await eventually(
    async () =>
      (await read('apps/v1', 'Deployment', 'web', namespace)).status?.['conditions'] as
        Condition[] | undefined,
    (found) => found?.some(({ type }) => type === 'ReplicaFailure') === true,
  );
  const failure = conditions?.find(({ type }) => type === 'ReplicaFailure');
  expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' });
  expect(failure?.message).toMatch(
    /^pods "web-\S+" is forbidden: error looking up service account \S+\/robot: serviceaccount "robot" not found$/,
  );
});

test('a Service has an address of the cluster, which stays', async () => {
  const { apply, service } = await startServer();
  const { spec } = await apply(service('web', 80));
  expect(spec).toMatchObject({ clusterIP: expect.stringMatching(/^10\.0\./) as string, type: 'ClusterIP' });
  expect((await apply(service('web', 81))).spec?.['clusterIP']).toBe(spec?.['clusterIP']);
});

test('a claim without a class gets the default one, and waits for its first pod', async () => {
  const { apply, claim } = await startServer();
  const { spec, ...object } = claim('data');
  const { accessModes, resources } = spec;
  const created = await apply({ ...object, spec: { accessModes, resources } });
  expect(created).toMatchObject({
    spec: { storageClassName: 'default', volumeMode: 'Filesystem' },
    status: { phase: 'Pending' },
  });
});

test('the proxy returns 404 for a missing Service and 503 for one without endpoints', async () => {
  const { apply, call, service, namespace, eventually } = await startServer();
  const path = `/api/v1/namespaces/${namespace}/services/tool/proxy/health`;
  expect((await call('GET', path)).status).toBe(404);
  await apply(service('tool', 80));
  // The controller creates its endpoints a moment later.
  const unready = await eventually(
    () => call('GET', path),
    ({ status }) => status !== 404,
  );
  expect([unready.status, await unready.json()]).toEqual([
    503,
    expect.objectContaining({
      reason: 'ServiceUnavailable',
      message: 'no endpoints available for service "tool"',
    }),
  ]);
});
