import { expect, test } from 'vitest';
import type { V1Pod } from '@kubernetes/client-node';
import { CLUSTER, deployment, eventually, isAvailable, namespace, startCluster } from './harness.ts';

const IMAGE = 'zenmldocker/zenml-server:0.96.4';
const SQL = { name: 'ZENML_STORE_TYPE', value: 'sql' };
const URL = { name: 'ZENML_STORE_URL', value: 'sqlite:////zenml/zenml.db' };

async function deployed(env: { name: string; value: string }[]) {
  const harness = await startCluster();
  await harness.apply(namespace('team'));
  await harness.apply(deployment('zenml', { image: IMAGE, container: { env } }));
  return harness;
}

test('the stand-in of ZenML crashes with a store type but no store URL', async () => {
  const { clock, kubernetes } = await deployed([SQL]);
  const reason = () => {
    const pod = kubernetes.objects(CLUSTER).find(({ kind }) => kind === 'Pod') as unknown as V1Pod;
    return Promise.resolve(pod.status?.containerStatuses?.[0]?.state?.waiting?.reason);
  };
  expect(await eventually(clock, reason, (found) => found === 'CrashLoopBackOff')).toBe('CrashLoopBackOff');
});

test.each([[[]], [[SQL, URL]]])('the stand-in of ZenML becomes ready with %j', async (env) => {
  const { clock, read } = await deployed(env);
  const { status } = await eventually(
    clock,
    () => read('apps/v1', 'Deployment', 'zenml', 'team'),
    isAvailable,
  );
  expect(status).toMatchObject({ readyReplicas: 1 });
});
