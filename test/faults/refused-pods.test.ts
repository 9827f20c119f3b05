import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { isOver } from '../../lib/domain/status.ts';
import type { PodObject } from '../../lib/kubernetes/readiness.ts';
import { clustersOf } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const STACK = 'demo';
const REQUEST = { location: 'uksouth', components: ['mlflow', 'chroma'] };
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

let plane: TestPlane;
let clusters: ReturnType<typeof clustersOf>;

beforeAll(async () => {
  plane = await startPlane();
  clusters = clustersOf(plane);
});
afterEach(() => plane.kubernetes.repairImages());
afterAll(() => plane.close());

const provision = () => plane.provision(STACK, REQUEST);

async function deletePods(namespace: string): Promise<void> {
  const pods = clusters
    .objects(STACK)
    .filter((each) => each.kind === 'Pod' && each.metadata.namespace === namespace);
  expect(pods).not.toEqual([]);
  for (const { metadata } of pods)
    await clusters.kubectl(STACK, 'DELETE', `/api/v1/namespaces/${namespace}/pods/${metadata.name}`);
}

/** Starts a provision, and returns its id when a step waits with such a detail. */
async function provisionUntil(step: string, detail: RegExp): Promise<string> {
  const { id } = (await plane.api('PUT', `/stacks/${STACK}`, REQUEST)).body as OperationView;
  for (;;) {
    const { state, steps } = (await plane.api('GET', `/operations/${id}`)).body as OperationView;
    if (detail.test(steps.find((each) => each.id === step)?.detail ?? '')) return id;
    if (isOver(state)) throw new Error(`The step ${step} has not waited for ${String(detail)}.`);
  }
}

test('a registry that is busy for two pulls is waited for', async () => {
  plane.kubernetes.delayImage(/chroma/, 2);
  const id = await provisionUntil('chroma', /ImagePullBackOff \(.*503 Service Unavailable\)/);
  expect(await plane.ended(id)).toMatchObject({ state: 'Succeeded' });
});

test.each([
  ['Deployment', 'mlflow'],
  ['StatefulSet', 'chroma'],
])('a quota that refuses the pods of a %s is the cause', async (_, component) => {
  const path = `/api/v1/namespaces/${component}/resourcequotas/small`;
  const metadata = { name: 'small' };
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '0' } } };
  await clusters.apply(STACK, path, quota);
  await deletePods(component);
  const id = await provisionUntil(component, /0 of 1 ready: no pod yet \(.*exceeded quota: small/);
  expect((await plane.ended(id)).problem).toMatchObject({
    code: 'PODS_REFUSED',
    cause: expect.stringMatching(
      /exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0/,
    ) as unknown,
  });
  await clusters.kubectl(STACK, 'DELETE', path);
  expect((await provision()).state).toBe('Succeeded');
});

test('a broken webhook that refuses pods is the cause', async () => {
  const service = { namespace: 'policies', name: 'policy' };
  await clusters.apply(STACK, `${WEBHOOKS}/policy`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'policy' },
    webhooks: [
      {
        name: 'pods.policy.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        clientConfig: { service },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
    ],
  });
  await deletePods('mlflow');
  const { problem } = await provision();
  expect(problem).toMatchObject({
    code: 'PODS_REFUSED',
    message: 'MLflow: the cluster refuses its pods.',
    cause: expect.stringContaining('failed calling webhook "pods.policy.example.com"') as unknown,
  });
  await clusters.kubectl(STACK, 'DELETE', `${WEBHOOKS}/policy`);
  expect((await provision()).state).toBe('Succeeded');
});

/** The restarts after which the kubelet waits for five minutes: a provision that begins then meets the back-off. */
const LONGEST_BACK_OFF = 6;

const restartsOf = (namespace: string): number[] =>
  clusters
    .objects(STACK)
    .filter((each) => each.kind === 'Pod' && each.metadata.namespace === namespace)
    .flatMap((pod) => (pod as PodObject).status?.containerStatuses ?? [])
    .map(({ restartCount = 0 }) => restartCount);

test('a provision during the back-off of a crash waits for the next start', async () => {
  plane.kubernetes.breakImage(/mlflow/, 'CrashLoopBackOff');
  await deletePods('mlflow');
  expect((await provision()).problem).toMatchObject({ code: 'CRASH_LOOP' });
  await vi.waitUntil(() => Math.max(...restartsOf('mlflow')) >= LONGEST_BACK_OFF, { timeout: 30_000 });
  const id = await provisionUntil('mlflow', /CrashLoopBackOff/);
  plane.kubernetes.repairImages();
  expect(await plane.ended(id)).toMatchObject({ state: 'Succeeded' });
});
