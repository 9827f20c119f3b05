import { expect, test } from 'vitest';
import type { V1Pod } from '@kubernetes/client-node';
import { CLUSTER, deployment, eventually, namespace, startCluster } from './harness.ts';

test.each([
  ['OrderedReady', 'keeps', 'ImagePullBackOff'],
  ['Parallel', 'replaces', undefined],
] as const)('a StatefulSet with the policy %s %s a pod that is not ready', async (policy, _, reason) => {
  const harness = await startCluster();
  await harness.apply(namespace('team'));
  harness.kubernetes.breakImage(/:broken$/, 'ImagePullBackOff');
  const setOf = (image: string) => {
    const { spec, metadata } = deployment('chroma', { image });
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: { ...spec, serviceName: 'chroma', podManagementPolicy: policy },
    };
  };
  const reasonNow = () => {
    const pod = harness.kubernetes.objects(CLUSTER).find(({ kind }) => kind === 'Pod') as unknown as V1Pod;
    return pod.status?.containerStatuses?.[0]?.state?.waiting?.reason;
  };
  await harness.apply(setOf('chromadb/chroma:broken'));
  await eventually(harness.clock, reasonNow, (now) => now === 'ImagePullBackOff');
  await harness.apply(setOf('chromadb/chroma:1.5.9'));
  harness.clock.advance(60_000);
  await harness.read('apps/v1', 'StatefulSet', 'chroma', 'team');
  harness.clock.advance(60_000);
  await harness.read('apps/v1', 'StatefulSet', 'chroma', 'team');
  expect(reasonNow()).toBe(reason);
});
