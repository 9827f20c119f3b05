import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BlobRequest } from '../../lib/components/stand-in.ts';
import { clustersOf } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;

beforeAll(async () => {
  // Slow enough for several tries while a role is new.
  plane = await startPlane({ speed: 120 });
});
afterAll(() => plane.close());

const PODS = {
  pipelines: { namespace: 'matcha-pipelines', serviceAccount: 'zenml-pipelines' },
  zenml: { namespace: 'zenml', serviceAccount: 'zenml' },
  mlflow: { namespace: 'mlflow', serviceAccount: 'mlflow' },
  models: { namespace: 'matcha-seldon-workloads', serviceAccount: 'default' },
};

/** A request of a pod with this service account, as the objects in the cluster are. */
function blobs(pod: keyof typeof PODS, request: Omit<BlobRequest, 'account' | 'path'>, more: object = {}) {
  const { namespace, serviceAccount } = PODS[pod];
  const [, account = ''] = /storageaccounts\/(demost[^/\s]+)/i.exec(plane.azure.inventory().join('\n')) ?? [];
  const found = clustersOf(plane)
    .objects('demo')
    .find(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === serviceAccount && metadata.namespace === namespace); // prettier-ignore
  const clientId = found?.metadata.annotations?.['azure.workload.identity/client-id'];
  const cluster = plane.azure.inventory().find((id) => id.toLowerCase().endsWith('/managedclusters/demo-k8s')) ?? ''; // prettier-ignore
  return plane.azure.blobs(
    { cluster, namespace, serviceAccount, clientId, hasLabel: true, ...more },
    { account, path: 'model/model.joblib', ...request },
  );
}

test('a stack becomes ready although its roles take minutes to have an effect', async () => {
  const operation = await plane.provision('demo', { location: 'uksouth', preset: 'default' });
  expect(operation.problem).toBeUndefined();
});

test('each workload has the access to containers that it needs, and no other', async () => {
  // The last role has an effect.
  const writes = (pod: keyof typeof PODS, container: string) =>
    blobs(pod, { method: 'PUT', container, content: 'model' }).status;
  const reads = (pod: keyof typeof PODS, container: string) =>
    blobs(pod, { method: 'GET', container }).status;
  const settled = { timeout: 20_000, interval: 50 };
  await expect.poll(() => writes('pipelines', 'zenml'), settled).toBe(201);
  await expect.poll(() => writes('mlflow', 'mlflow'), settled).toBe(201);
  await expect.poll(() => reads('models', 'zenml'), settled).toBe(200);
  await expect.poll(() => reads('models', 'mlflow'), settled).toBe(200);

  expect(reads('zenml', 'zenml')).toBe(200);
  expect(writes('models', 'zenml')).toBe(403);
  expect(writes('models', 'mlflow')).toBe(403);
  expect(reads('pipelines', 'mlflow')).toBe(403);
  expect(reads('mlflow', 'zenml')).toBe(403);
  expect(reads('pipelines', 'dvc')).toBe(403);
});

test('a pod without the label or with another service account gets no token', () => {
  const read = { method: 'GET', container: 'zenml' } as const;
  expect(blobs('models', read, { hasLabel: false })).toMatchObject({ status: 401 });
  expect(blobs('models', read, { serviceAccount: 'other' })).toMatchObject({
    status: 401,
    code: 'AADSTS700213',
  });
  expect(blobs('pipelines', read, { namespace: 'zenml' })).toMatchObject({
    status: 401,
    code: 'AADSTS700213',
  });
});

test('a tool that fails is given up at once, unless its role is new', async () => {
  plane.faults.add({
    target: 'kubernetes',
    path: /mlflow-artifacts/,
    times: Number.POSITIVE_INFINITY,
    respond: { status: 500 },
  });
  const canary = async (stack: string) => {
    const request = {
      location: 'uksouth',
      components: ['registry', 'zenml', 'mlflow'],
      tags: { round: '1' },
    };
    const { steps } = await plane.provision(stack, request, { allowRemoval: true });
    const { state, attempts = 0, problem } = steps.find(({ id }) => id === 'mlflow-canary') ?? {};
    return { state, attempts, cause: problem?.cause };
  };
  const failed = { state: 'failed', cause: expect.stringContaining('status 500') as unknown };
  expect(await canary('demo')).toEqual({ ...failed, attempts: 6 });
  const fresh = await canary('fresh');
  expect(fresh).toMatchObject(failed);
  expect(fresh.attempts).toBeGreaterThan(6);
});
