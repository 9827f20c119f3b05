import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { isOver } from '../../lib/domain/status.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { clustersOf, isOfVerification, type LiveObject } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const STACK = 'demo';
const REQUEST = { location: 'uksouth', preset: 'llm' };
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;
let clusters: ReturnType<typeof clustersOf>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
  clusters = clustersOf(plane);
  expect((await plane.provision(STACK, REQUEST)).state).toBe('Succeeded');
});
afterAll(() => plane.close());

/** Objects that controllers name anew. */
const NAMED_ANEW = ['Pod', 'ReplicaSet', 'EndpointSlice', 'Event', 'PersistentVolume'];

const names = (): string[] =>
  clusters
    .objects(STACK)
    .filter((object) => !NAMED_ANEW.includes(object.kind) && !isOfVerification(object))
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)
    .sort();

const remove = async (path: string) => expect((await clusters.kubectl(STACK, 'DELETE', path)).ok).toBe(true);

const find = (kind: string, name: string): LiveObject | undefined =>
  clusters.objects(STACK).find((object) => object.kind === kind && object.metadata.name === name);

/** Provisions the unchanged stack again with the command. */
async function provisionAgain(): Promise<Run> {
  const done = await run('provision', STACK, '--location', 'uksouth', '--preset', 'llm', '--yes');
  expect(done.code, done.stderr).toBe(0);
  return done;
}

// One object of each component at a time: a missing object has all those of its component applied again.
describe('what somebody deleted is there again after a provision', () => {
  test.each([
    [
      'a Deployment, a StatefulSet, a generated secret and a service account',
      '/apis/apps/v1/namespaces/mlflow/deployments/mlflow',
      '/apis/apps/v1/namespaces/chroma/statefulsets/chroma',
      '/api/v1/namespaces/zenml/secrets/zenml-admin',
      '/api/v1/namespaces/seldon-system/serviceaccounts/seldon-manager',
    ],
    [
      'a namespace, a Service and a role',
      '/api/v1/namespaces/chroma',
      '/api/v1/namespaces/mlflow/services/mlflow',
      `${RBAC}/clusterroles/seldon-manager-role-seldon-system`,
    ],
    [
      'a namespace with secrets, a network policy and a role binding',
      '/api/v1/namespaces/zenml',
      '/apis/networking.k8s.io/v1/namespaces/mlflow/networkpolicies/deny-ingress',
      `${RBAC}/clusterrolebindings/seldon-manager-role-seldon-system`,
    ],
    ['a config map', '/api/v1/namespaces/seldon-system/configmaps/seldon-config'],
    ["an operator's webhook", `${WEBHOOKS}/seldon-validating-webhook-configuration-seldon-system`],
    ["an operator's kind", `${CRDS}/seldondeployments.machinelearning.seldon.io`],
    ["an operator's Service", '/api/v1/namespaces/seldon-system/services/seldon-webhook-service'],
  ])('%s', async (_, ...paths) => {
    const before = names();
    for (const path of paths) await remove(path);
    await provisionAgain();
    expect(names()).toEqual(before);
    expect(await plane.stack(STACK)).toMatchObject({ phase: 'Ready' });
  });
});

test('a restored secret has its old values: the data of its tool is encrypted with them', async () => {
  const before = find('Secret', 'zenml-server')?.data;
  expect(before).toHaveProperty('encryption-key');
  await remove('/api/v1/namespaces/zenml/secrets/zenml-server');
  await provisionAgain();
  expect(find('Secret', 'zenml-server')?.data).toEqual(before);
});

const CLAIM = '/api/v1/namespaces/mlflow/persistentvolumeclaims/mlflow';

async function deletePod(): Promise<void> {
  const { metadata } = clusters
    .objects(STACK)
    .find(({ kind, metadata: { namespace } }) => kind === 'Pod' && namespace === 'mlflow') as LiveObject;
  await remove(`/api/v1/namespaces/mlflow/pods/${metadata.name}`);
}

test('a disk that somebody deleted is replaced by an empty one, and the plan says what is lost', async () => {
  await remove(CLAIM);
  await deletePod();
  const planned = await run('plan', STACK, '--location', 'uksouth', '--preset', 'llm');
  expect(planned.stderr + planned.stdout).toContain(
    'PersistentVolumeClaim mlflow is absent, and its data with it',
  );
  await provisionAgain();
  expect(find('PersistentVolumeClaim', 'mlflow')).toMatchObject({ status: { phase: 'Bound' } });
});

test('a disk that is being deleted and still in use is a problem that says what to do', async () => {
  await remove(CLAIM);
  const { problem } = await plane.provision(STACK, REQUEST);
  expect(problem).toMatchObject({
    code: 'VOLUME_DELETED',
    message: 'MLflow: its disk is being deleted, and a pod still uses it.',
  });
  await deletePod();
  expect((await plane.provision(STACK, REQUEST)).state).toBe('Succeeded');
});

test('a namespace that is being deleted is waited for, and says what keeps it', async () => {
  const held = '/api/v1/namespaces/chroma/configmaps/held';
  const finalizers = ['example.com/hold'];
  const metadata = { name: 'held', finalizers };
  await clusters.apply(STACK, held, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  await remove('/api/v1/namespaces/chroma');
  const { id } = (await plane.api('PUT', `/stacks/${STACK}`, REQUEST)).body as OperationView;
  expect(await detailOf(id, 'chroma')).toMatch(
    /^Namespace chroma is being deleted \(Some resources are remaining: .*example\.com\/hold in 1 resource/,
  );
  await clusters.apply(STACK, held, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held' } });
  expect((await plane.ended(id)).state).toBe('Succeeded');
});

/** What a running step waits for. */
async function detailOf(operation: string, step: string): Promise<string> {
  for (;;) {
    const { state, steps } = (await plane.api('GET', `/operations/${operation}`)).body as OperationView;
    const { detail } = steps.find(({ id }) => id === step) ?? {};
    if (detail !== undefined) return detail;
    if (isOver(state)) throw new Error(`The step ${step} has not waited.`);
  }
}
