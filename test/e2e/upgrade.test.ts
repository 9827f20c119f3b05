import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { componentNamed } from '../../lib/components/index.ts';
import type { OperationView } from '../../lib/api/operation.ts';
import type { PlanView } from '../../lib/api/plan.ts';
import { AKS_AUDIENCE } from '../../local/azure/index.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { componentCondition } from '../../lib/domain/status.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
  await Promise.all([
    plane.provision('older', { location: 'uksouth', preset: 'llm' }),
    plane.provision('vector', { location: 'uksouth', components: ['chroma'] }),
    plane.provision('cut', { location: 'uksouth', components: ['mlflow'] }),
  ]);
});
afterAll(() => plane.close());

interface Live {
  kind: string;
  metadata: { name: string; namespace?: string; uid: string };
  data?: Record<string, string>;
  spec?: { containers?: { image: string }[] };
  status?: { conditions?: { type: string; status: string }[] };
}

const clusterId = (stack: string): string =>
  (plane.azure.inventory().find((id) => id.toLowerCase().endsWith(`/${stack}-k8s`)) ?? '').toLowerCase();

const objects = (stack: string) => plane.kubernetes.objects(clusterId(stack)) as unknown as Live[];

const podsOf = (stack: string, namespace: string): Live[] =>
  objects(stack).filter(({ kind, metadata }) => kind === 'Pod' && metadata.namespace === namespace);

/** The images of the pods that are up. */
const imagesUp = (stack: string, namespace: string): string[] =>
  podsOf(stack, namespace)
    .filter(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    )
    .flatMap(({ spec }) => spec?.containers?.map(({ image }) => image) ?? []);

const recordOf = (stack: string, component: string) =>
  objects(stack).find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === `matcha-${component}`)
    ?.data;

const pinOf = (component: string) => componentNamed(component).version;

/** The stack as it would be had the catalogue had this version of the component when it was made. */
async function makeOlder(stack: string, component: string, version: string): Promise<void> {
  const older = (text = '') => text.replaceAll(pinOf(component), version);
  const { manifests } = recordOf(stack, component) ?? {};
  const before = JSON.parse(older(manifests)) as { kind: string; metadata: { name: string } }[];
  const workload = before.find(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind));
  const resource = `${workload?.kind.toLowerCase() ?? ''}s/${workload?.metadata.name ?? ''}`;
  await apply(stack, `/apis/apps/v1/namespaces/${component}/${resource}`, workload ?? {});
  await setRecord(stack, component, { version, digest: version, manifests: JSON.stringify(before) });
  await expect
    .poll(() => imagesUp(stack, component), { timeout: 20_000 })
    .toEqual([expect.stringContaining(version)]);

  await setVersion(stack, component, version);
}

/** Rewrites what the stack's row says is installed. */
async function setVersion(stack: string, component: string, version: string): Promise<void> {
  const name = plane.settings.tableName;
  const table = TableClient.fromConnectionString(inject('tables'), name, { allowInsecureConnection: true });
  const row = await table.getEntity<{ data: string }>(stack, 'state');
  const state = JSON.parse(row.data) as { versions: Record<string, string> };
  const data = JSON.stringify({ ...state, versions: { ...state.versions, [component]: version } });
  await table.updateEntity({ partitionKey: stack, rowKey: 'state', data }, 'Merge');
}

const setRecord = (stack: string, component: string, data: Record<string, string>) =>
  apply(stack, `/api/v1/namespaces/${component}/configmaps/matcha-${component}`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `matcha-${component}` },
    data,
  });

async function apply(stack: string, path: string, body: object): Promise<void> {
  const token = await plane.azure.credential.getToken(`${AKS_AUDIENCE}/.default`);
  const { server } = plane.kubernetes.endpoint(clusterId(stack));
  const response = await fetch(`${server}${path}?fieldManager=matcha&force=true`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${token?.token ?? ''}`,
      'content-type': 'application/apply-patch+yaml',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

const upgrade = async (stack: string, headers: Record<string, string> = {}): Promise<OperationView> => {
  const { status, body } = await plane.api('POST', `/stacks/${stack}/upgrade`, undefined, headers);
  expect(status).toBe(202);
  return plane.ended((body as OperationView).id);
};

test('a component with an older version is moved to the one of the catalogue, the others undisturbed', async () => {
  const pinned = { mlflow: pinOf('mlflow'), zenml: pinOf('zenml'), chroma: pinOf('chroma') };
  expect((await plane.stack('older')).versions).toMatchObject(pinned);
  await makeOlder('older', 'mlflow', '3.16.0');
  expect((await plane.stack('older')).versions).toMatchObject({ ...pinned, mlflow: '3.16.0' });
  const others = () =>
    [...podsOf('older', 'zenml'), ...podsOf('older', 'chroma')].map(({ metadata }) => metadata.uid);
  const before = others();

  const plan = (await plane.api('POST', '/stacks/older/upgrade/plan')).body as PlanView;
  expect(plan.components).toEqual([
    { name: 'mlflow', title: 'MLflow', from: '3.16.0', version: pinOf('mlflow') },
  ]);
  expect(plan.steps.map(({ id }) => id)).toEqual(['upgrade-mlflow', 'mlflow-canary']);
  expect(imagesUp('older', 'mlflow')).toEqual([expect.stringContaining('3.16.0')]);

  const told = await run('upgrade', 'older', '--yes');
  expect(told.code).toBe(0);
  expect(told.stderr).toContain(`3.16.0 -> ${pinOf('mlflow')}`);
  expect(await plane.stack('older')).toMatchObject({ phase: 'Ready', versions: pinned, generation: 1 });
  expect(imagesUp('older', 'mlflow')).toEqual([expect.stringContaining(pinOf('mlflow'))]);
  expect(Object.keys(recordOf('older', 'mlflow') ?? {})).toEqual(['version', 'digest', 'manifests']);
  expect(others()).toEqual(before);
});

test('a stack that has the versions of the catalogue is not upgraded', async () => {
  for (const path of ['/stacks/older/upgrade', '/stacks/older/upgrade/plan']) {
    expect(await plane.api('POST', path)).toMatchObject({ status: 409, body: { code: 'UP_TO_DATE' } });
  }
  const refused = await run('upgrade', 'older', '--yes');
  expect(refused.code).toBe(5);
  expect((await plane.stack('older')).phase).toBe('Ready');
});

test.each([
  ['older', 'zenml', '0.96.0', 'ImagePullBackOff', 'IMAGE_PULL'],
  // A StatefulSet: in order, its broken pod would hold up the one that takes its place.
  ['vector', 'chroma', '1.5.0', 'CrashLoopBackOff', 'CRASH_LOOP'],
] as const)(
  '%s: %s goes back to the version before when the new one does not come up, whatever answers are lost',
  async (stack, component, older, reason, code) => {
    await makeOlder(stack, component, older);
    const pin = pinOf(component);
    plane.kubernetes.breakImage(new RegExp(`${component}.*:${pin.replaceAll('.', '\\.')}`), reason);
    const path = new RegExp(`/namespaces/${component}/`);
    plane.faults.add({ target: 'kubernetes', method: 'PATCH', path, every: 3, times: 9, loseResponse: true });
    const { steps, state } = await upgrade(stack);
    plane.faults.clear();

    expect(state).toBe('PartiallySucceeded');
    expect(steps.map((step) => step.state)).toEqual(['failed', 'blocked']);
    const { phase, problem, versions, conditions } = await plane.stack(stack);
    expect({ phase, version: versions[component] }).toEqual({ phase: 'Degraded', version: older });
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(`${componentNamed(component).title} ${older} -> ${pin}`);
    expect(problem?.message).toContain(`went back to ${older}`);
    expect(conditions.find(({ type }) => type === componentCondition(component))).toMatchObject({
      status: 'False',
      reason: code,
    });
    expect(imagesUp(stack, component)).toEqual([expect.stringContaining(older)]);
    expect(recordOf(stack, component)).toMatchObject({ version: older });
    expect(recordOf(stack, component)).not.toHaveProperty('previous');
  },
);

test('an upgrade goes no further than the first component that goes back, and leaves the rest as it is', async () => {
  await makeOlder('older', 'mlflow', '3.15.0');
  const { steps } = await upgrade('older');
  expect(Object.fromEntries(steps.map(({ id, state }) => [id, state]))).toMatchObject({
    'upgrade-zenml': 'failed',
    'upgrade-mlflow': 'blocked',
  });
  const { phase, conditions, versions } = await plane.stack('older');
  expect({ phase, mlflow: versions['mlflow'] }).toEqual({ phase: 'Degraded', mlflow: '3.15.0' });
  expect(conditions.find(({ type }) => type === 'MlflowReady')?.status).toBe('True');
  expect(imagesUp('older', 'mlflow')).toEqual([expect.stringContaining('3.15.0')]);
});

describe('an upgrade that was cut short', () => {
  /** The record of a component on its way from an older version, its pods being of the new one. */
  const underway = (version: string, leftover: object[] = []) => {
    const record = recordOf('cut', 'mlflow') ?? {};
    const manifests = JSON.parse(
      record['manifests']?.replaceAll(pinOf('mlflow'), version) ?? '[]',
    ) as object[];
    const previous = { version, digest: version, manifests: [...manifests, ...leftover] };
    return { ...record, previous: JSON.stringify(previous) };
  };

  test('goes on, and removes what the new version no longer has', async () => {
    const metadata = { name: 'leftover', namespace: 'mlflow' };
    const leftover = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    const left = () => objects('cut').filter((object) => object.metadata.name === 'leftover').length;
    await apply('cut', '/api/v1/namespaces/mlflow/configmaps/leftover', leftover);
    await setRecord('cut', 'mlflow', underway('3.16.0', [leftover]));
    await setVersion('cut', 'mlflow', '3.16.0');
    const pods = podsOf('cut', 'mlflow').map(({ metadata }) => metadata.uid);
    expect(left()).toBe(1);

    await upgrade('cut');
    expect(await plane.stack('cut')).toMatchObject({ phase: 'Ready', versions: { mlflow: pinOf('mlflow') } });
    expect(recordOf('cut', 'mlflow')).not.toHaveProperty('previous');
    expect(podsOf('cut', 'mlflow').map(({ metadata }) => metadata.uid)).toEqual(pods);
    expect(left()).toBe(0);
  });

  test('goes on back, once it has turned; another upgrade tries the new version again', async () => {
    const problem = { code: 'CRASH_LOOP', message: 'It crashes.', remedies: [] };
    const failure = JSON.stringify({ operation: 'cut-turned', problem });
    await setRecord('cut', 'mlflow', { ...underway('3.16.0'), failure });
    await setVersion('cut', 'mlflow', '3.16.0');

    await upgrade('cut', { 'operation-id': 'turned' });
    expect(await plane.stack('cut')).toMatchObject({
      phase: 'Degraded',
      versions: { mlflow: '3.16.0' },
      problem: { code: 'CRASH_LOOP', message: 'It crashes. It went back to 3.16.0.' },
    });
    expect(imagesUp('cut', 'mlflow')).toEqual([expect.stringContaining('3.16.0')]);

    await upgrade('cut');
    const stack = await plane.stack('cut');
    expect(stack).toMatchObject({ phase: 'Ready', versions: { mlflow: pinOf('mlflow') } });
    expect(stack).not.toHaveProperty('problem');
    expect(Object.keys(recordOf('cut', 'mlflow') ?? {})).toEqual(['version', 'digest', 'manifests']);
  });
});

test('a version that is not up after twenty minutes is given up', async () => {
  await makeOlder('cut', 'mlflow', '3.16.0');
  const live = objects('cut').find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'mlflow',
  );
  plane.faults.add({
    target: 'kubernetes',
    method: 'GET',
    path: /\/deployments\/mlflow$/,
    times: Number.POSITIVE_INFINITY,
    respond: { status: 200, body: { apiVersion: 'apps/v1', ...live, status: {} } },
  });
  const { body } = await plane.api('POST', '/stacks/cut/upgrade');
  const { id } = body as OperationView;
  const now = async () => (await plane.api('GET', `/operations/${id}`)).body as OperationView;
  await expect
    .poll(async () => (await now()).steps[0]?.detail, { timeout: 20_000 })
    .toMatch(/^Going back to 3\.16\.0/);
  plane.faults.clear();

  const { steps, startedAt, finishedAt = '' } = await plane.ended(id);
  expect(steps[0]?.problem).toMatchObject({
    code: 'COMPONENT_NOT_READY',
    message: expect.stringMatching(/not up after 20 minutes\. It went back to 3\.16\.0\./) as unknown,
  });
  expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThan(20 * 60_000);
  expect(imagesUp('cut', 'mlflow')).toEqual([expect.stringContaining('3.16.0')]);
});

test('only a stack that is up is upgraded', async () => {
  const { body: destruction } = await plane.api('DELETE', '/stacks/vector');
  await plane.ended((destruction as OperationView).id);
  expect((await plane.stack('vector')).versions).toEqual({});
  const { status, body } = await plane.api('POST', '/stacks/vector/upgrade');
  expect({ status, body }).toMatchObject({ status: 409, body: { code: 'STACK_NOT_PROVISIONED' } });
});
