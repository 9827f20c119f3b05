import { expect, test } from 'vitest';
import type { V1Pod } from '@kubernetes/client-node';
import {
  CLUSTER,
  claim,
  deployment,
  eventually,
  isAvailable,
  namespace,
  errorOf,
  service,
  startCluster,
} from './harness.ts';
import type { Harness } from './harness.ts';

const ZENML = 'zenmldocker/zenml-server:0.96.4';
const probe = { httpGet: { path: '/ready', port: 8080 }, initialDelaySeconds: 8 };

const pods = ({ kubernetes }: Harness, name: string) =>
  kubernetes
    .objects(CLUSTER)
    .filter(({ kind, metadata }) => kind === 'Pod' && metadata.name.startsWith(name)) as unknown as V1Pod[];

const waiting = (harness: Harness, name: string) =>
  pods(harness, name)[0]?.status?.containerStatuses?.[0]?.state?.waiting;

async function started(): Promise<Harness> {
  const harness = await startCluster();
  await harness.apply(namespace('team'));
  return harness;
}

const read = ({ read: get }: Harness, name: string) => get('apps/v1', 'Deployment', name, 'team');

test('a Deployment becomes available after its image pull and its readiness probe', async () => {
  const harness = await started();
  const created = harness.clock.now();
  await harness.apply(deployment('zenml', { image: ZENML, container: { readinessProbe: probe } }));
  expect((await read(harness, 'zenml')).status).toMatchObject({
    replicas: 1,
    unavailableReplicas: 1,
    readyReplicas: 0,
  });
  const { status } = await eventually(harness.clock, () => read(harness, 'zenml'), isAvailable);
  expect(harness.clock.now() - created).toBeGreaterThan(60_000);
  expect(status).toMatchObject({ observedGeneration: 1, readyReplicas: 1, updatedReplicas: 1 });
  expect(status?.['conditions']).toMatchObject([
    { type: 'Available', status: 'True' },
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
  ]);
  expect(pods(harness, 'zenml')[0]?.metadata?.name).toMatch(/^zenml-[0-9a-f]{10}-[a-z0-9]{5}$/);

  const again = harness.clock.now();
  await harness.apply(deployment('second', { image: ZENML }));
  await eventually(harness.clock, () => read(harness, 'second'), isAvailable);
  expect(harness.clock.now() - again).toBeLessThan(60_000);
});

test('a changed template replaces the pods, and deleting a Deployment deletes its pods', async () => {
  const harness = await started();
  await harness.apply(deployment('web'));
  await eventually(harness.clock, () => read(harness, 'web'), isAvailable);
  const [before] = pods(harness, 'web');
  await harness.apply(deployment('web', { image: 'nginx:1.30' }));
  await eventually(
    harness.clock,
    () => read(harness, 'web'),
    ({ status }) =>
      status?.['observedGeneration'] === 2 && status['updatedReplicas'] === 1 && status['replicas'] === 1,
  );
  const after = pods(harness, 'web');
  expect(after).toHaveLength(1);
  expect(after[0]?.metadata?.name).not.toBe(before?.metadata?.name);
  await harness.api.delete(deployment('web'));
  expect(pods(harness, 'web')).toEqual([]);
});

test.each([
  ['ImagePullBackOff', 'Pending'],
  ['CrashLoopBackOff', 'Running'],
] as const)('a broken image causes %s until it is repaired', async (reason, phase) => {
  const harness = await started();
  harness.kubernetes.breakImage(/nginx/, reason);
  await harness.apply(deployment('web'));
  const found = await eventually(
    harness.clock,
    () => waiting(harness, 'web'),
    (state) => state?.reason === reason,
  );
  expect(found?.message?.toLowerCase()).toContain('back-off');
  expect(pods(harness, 'web')[0]?.status?.phase).toBe(phase);
  harness.kubernetes.repairImages();
  await eventually(harness.clock, () => read(harness, 'web'), isAvailable);
});

test('a pod that fits on no node is unschedulable', async () => {
  const harness = await started();
  harness.kubernetes.breakImage(/nginx/, 'Unschedulable');
  await harness.apply(deployment('web'));
  const conditions = () => pods(harness, 'web')[0]?.status?.conditions;
  expect(conditions()).toMatchObject([{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }]);
});

test('a pod waits for a Secret in its environment', async () => {
  const harness = await started();
  const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'a' } } }];
  await harness.apply(deployment('web', { container: { env } }));
  const state = await eventually(
    harness.clock,
    () => waiting(harness, 'web'),
    (found) => found?.reason === 'CreateContainerConfigError',
  );
  expect(state?.message).toBe('secret "keys" not found');
  await harness.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', namespace: 'team' },
    data: { a: 'YQ==' },
  });
  await eventually(harness.clock, () => read(harness, 'web'), isAvailable);
});

test('a claim binds with its first pod and is not deleted while the pod uses it', async () => {
  const harness = await started();
  const phase = async () =>
    (await harness.read('v1', 'PersistentVolumeClaim', 'data', 'team')).status?.['phase'];
  await harness.apply(claim('data'));
  expect(await phase()).toBe('Pending');
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  await harness.apply(deployment('web', { pod: { volumes } }));
  await eventually(harness.clock, phase, (now) => now === 'Bound');
  await harness.api.delete(claim('data'));
  expect(
    (await harness.read('v1', 'PersistentVolumeClaim', 'data', 'team')).metadata?.deletionTimestamp,
  ).toBeDefined();
  await harness.api.delete(deployment('web'));
  expect(await errorOf(phase())).toMatchObject({ code: 404 });
});

test('a claim that is bound can grow, and cannot shrink', async () => {
  const harness = await started();
  await harness.apply(claim('data', '10Gi'));
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  await harness.apply(deployment('web', { pod: { volumes } }));
  await eventually(harness.clock, () => read(harness, 'web'), isAvailable);
  expect((await harness.apply(claim('data', '20Gi'))).spec).toMatchObject({
    resources: { requests: { storage: '20Gi' } },
  });
  const error = await errorOf(harness.apply(claim('data', '5Gi')));
  expect(error.details?.causes).toMatchObject([{ field: 'spec.resources.requests.storage' }]);
});

test('a StatefulSet creates claims from its templates', async () => {
  const harness = await started();
  const { spec, metadata } = deployment('chroma', {
    container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
  });
  const { metadata: named, spec: wanted } = claim('data');
  await harness.apply({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      ...spec,
      serviceName: 'chroma',
      volumeClaimTemplates: [{ metadata: { name: named.name }, spec: wanted }],
    },
  });
  await eventually(
    harness.clock,
    () => harness.read('apps/v1', 'StatefulSet', 'chroma', 'team'),
    isAvailable,
  );
  expect((await harness.read('v1', 'PersistentVolumeClaim', 'data-chroma-0', 'team')).status?.['phase']).toBe(
    'Bound',
  );
});

test('a Job runs to completion', async () => {
  const harness = await started();
  const { template } = deployment('migrate', { pod: { restartPolicy: 'Never' } }).spec;
  await harness.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'team' },
    spec: { template },
  });
  const { status } = await eventually(
    harness.clock,
    () => harness.read('batch/v1', 'Job', 'migrate', 'team'),
    (job) => job.status?.['succeeded'] === 1,
  );
  expect(status?.['conditions']).toMatchObject([{ type: 'Complete', status: 'True' }]);
});

test('a Service has endpoints when a pod is ready', async () => {
  const harness = await started();
  await harness.apply(service('web', 80));
  await harness.apply(deployment('web'));
  await eventually(harness.clock, () => read(harness, 'web'), isAvailable);
  const slices = await harness.api.list('discovery.k8s.io/v1', 'EndpointSlice', 'team');
  expect(slices.items).toMatchObject([
    {
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [{ conditions: { ready: true } }],
      ports: [{ port: 80 }],
    },
  ]);
});

test('the stand-in of the Seldon operator creates its webhook and runs SeldonDeployments', async () => {
  const harness = await started();
  const operator = deployment('seldon-controller-manager', {
    image: 'docker.io/seldonio/seldon-core-operator:1.17.1',
    container: {
      env: [{ name: 'MANAGER_CREATE_RESOURCES', value: 'true' }],
      ports: [{ name: 'webhook-server', containerPort: 4443 }],
    },
  });
  await harness.apply(operator);
  await eventually(harness.clock, () => read(harness, 'seldon-controller-manager'), isAvailable);
  const name = 'seldon-validating-webhook-configuration-team';
  await harness.read('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', name);
  const path =
    '/api/v1/namespaces/team/services/https:seldon-webhook-service:/proxy/validate-machinelearning-seldon-io-v1-seldondeployment';
  const review = await harness.call('POST', path, { request: { uid: 'u1' } });
  expect(await review.json()).toMatchObject({ response: { uid: 'u1', allowed: true } });

  const model = {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'iris', namespace: 'team' },
    spec: { predictors: [{ name: 'default', graph: { name: 'model', implementation: 'SKLEARN_SERVER' } }] },
  };
  await eventually(
    harness.clock,
    () => harness.call('GET', '/apis/machinelearning.seldon.io/v1'),
    ({ status }) => status === 200,
  );
  await harness.apply(model);
  await eventually(
    harness.clock,
    () => harness.read('machinelearning.seldon.io/v1', 'SeldonDeployment', 'iris', 'team'),
    ({ status }) => status?.['state'] === 'Available',
  );
});
