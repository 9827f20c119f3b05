import { randomUUID } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { done } from '../../lib/domain/outcome.ts';
import type { Cluster } from '../../lib/kubernetes/cluster.ts';
import { startServer } from '../helpers/api-server.ts';
import { clientOf } from '../helpers/kubernetes-client.ts';
import { namespace, objectsIn } from '../helpers/kubernetes-objects.ts';
import { productCluster } from '../helpers/product-cluster.ts';
import { freePort } from '../helpers/free-port.ts';
import { startApiServer, TOKENS } from './processes.ts';

const applying = (cluster: Cluster, objects: Parameters<Cluster['apply']>[0]) =>
  cluster.attempt('Demo', async () => {
    await cluster.apply(objects);
    return done;
  });

test('an API server that is killed is pending, and the work continues when it is back', async () => {
  // A second API server of the same cluster, so that the other tests keep theirs.
  const files = inject('clusterFiles');
  const port = await freePort();
  const first = await startApiServer(files, port);
  onTestFinished(() => first.running.stop('SIGKILL'));
  const name = `test-${randomUUID().slice(0, 8)}`;
  const { config } = objectsIn(name);
  const cluster = productCluster(first.api, TOKENS.admin);
  const objects = [namespace(name), config('settings', { a: '1' })];
  expect(await applying(cluster, objects)).toEqual(done);

  await first.running.stop('SIGKILL');
  expect(await applying(cluster, objects)).toMatchObject({
    state: 'pending',
    detail: expect.stringContaining('does not answer') as string,
  });

  const second = await startApiServer(files, port);
  onTestFinished(() => second.running.stop('SIGKILL'));
  const changed = [namespace(name), config('settings', { a: '2' })];
  expect(await applying(cluster, changed)).toEqual(done);
  const { data } = await clientOf(second.api, TOKENS.admin).read('v1', 'ConfigMap', 'settings', name);
  expect(data).toEqual({ a: '2' });
});

test('a quota that refuses pods is in the conditions of the Deployment', async () => {
  const { apply, read, deployment, namespace: own, eventually } = await startServer();
  await apply({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'none', namespace: own },
    spec: { hard: { pods: '0' } },
  });
  await eventually(
    () => read('v1', 'ResourceQuota', 'none', own),
    ({ status }) => status?.['used'] !== undefined,
  );
  await apply(deployment('web'));
  const { status } = await eventually(
    () => read('apps/v1', 'Deployment', 'web', own),
    (found) => JSON.stringify(found.status ?? {}).includes('ReplicaFailure'),
  );
  expect(status?.['conditions']).toContainEqual(
    expect.objectContaining({
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: expect.stringMatching(
        /^pods "web-\S+" is forbidden: exceeded quota: none, requested: pods=1/,
      ) as string,
    }),
  );
});

test('the pod of a Job has a token of its service account', async () => {
  const { api, apply, deployment, namespace: own, eventually } = await startServer();
  const { template } = deployment('migrate', { pod: { restartPolicy: 'Never' } }).spec;
  const metadata = { name: 'migrate', namespace: own };
  await apply({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template } });
  const { items } = await eventually(
    () => api.list('v1', 'Pod', own),
    (pods) => pods.items.length > 0,
  );
  const { spec } = items[0] as { spec?: { containers: { volumeMounts?: { mountPath: string }[] }[] } };
  expect(spec?.containers[0]?.volumeMounts).toContainEqual(
    expect.objectContaining({ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }),
  );
});
