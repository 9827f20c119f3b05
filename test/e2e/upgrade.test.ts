import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ReleaseRecord } from '../../lib/activities/release.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';
import type { OperationView } from '../../lib/api/operation.ts';
import type { PlanView } from '../../lib/api/plan.ts';
import { problem } from '../../lib/domain/problem.ts';
import { componentCondition } from '../../lib/domain/status.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { clustersOf, type LiveObject } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;
let clusters: ReturnType<typeof clustersOf>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
  clusters = clustersOf(plane);
  await Promise.all([
    plane.provision('older', { location: 'uksouth', preset: 'llm' }),
    plane.provision('vector', { location: 'uksouth', components: ['chroma'] }),
    plane.provision('cut', { location: 'uksouth', components: ['mlflow'] }),
  ]);
});
afterAll(() => plane.close());

interface Live extends LiveObject {
  spec?: { containers?: { image: string }[] };
  status?: { conditions?: { type: string; status: string }[] };
}

const objects = (stack: string) => clusters.objects(stack) as Live[];

const podsOf = (stack: string, namespace: string): Live[] =>
  objects(stack).filter(({ kind, metadata }) => kind === 'Pod' && metadata.namespace === namespace);

/** The images of ready pods. */
const imagesUp = (stack: string, namespace: string): string[] =>
  podsOf(stack, namespace)
    .filter(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    )
    .flatMap(({ spec }) => spec?.containers?.map(({ image }) => image) ?? []);

/** The newest release record of a component. */
function recordOf(stack: string, component: string): ReleaseRecord {
  const [newest] = clusters.history(stack, component);
  if (newest === undefined) throw new Error(`${stack} has no record of ${component}.`);
  return newest;
}

const titleOf = (component: string) => defaultCatalogue.find(component)?.title ?? '';
const pinOf = (component: string) => defaultCatalogue.find(component)?.version ?? '';

/** The manifests of a record with another version of the component. */
const manifestsOf = ({ component, manifests }: ReleaseRecord, version: string): KubernetesObject[] =>
  JSON.parse(JSON.stringify(manifests).replaceAll(pinOf(component), version)) as KubernetesObject[];

/** Changes the stack as if it was provisioned with this version of the component. */
async function makeOlder(stack: string, component: string, version: string): Promise<void> {
  const record = recordOf(stack, component);
  const manifests = manifestsOf(record, version);
  const workload = manifests.find(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind));
  const resource = `${workload?.kind.toLowerCase() ?? ''}s/${workload?.metadata.name ?? ''}`;
  await clusters.apply(stack, `/apis/apps/v1/namespaces/${component}/${resource}`, workload ?? {});
  await clusters.setRecord(stack, { ...record, version, digest: version, manifests });
  await expect
    .poll(() => imagesUp(stack, component), { timeout: 20_000 })
    .toEqual([expect.stringContaining(version)]);

  await setVersion(stack, component, version);
}

/** Changes the installed version in the row of the stack. */
async function setVersion(stack: string, component: string, version: string): Promise<void> {
  const name = plane.settings.tableName;
  const table = TableClient.fromConnectionString(inject('tables'), name, { allowInsecureConnection: true });
  const row = await table.getEntity<{ data: string }>(stack, 'state');
  const state = JSON.parse(row.data) as { versions: Record<string, string> };
  const data = JSON.stringify({ ...state, versions: { ...state.versions, [component]: version } });
  await table.updateEntity({ partitionKey: stack, rowKey: 'state', data }, 'Merge');
}

const upgrade = async (stack: string, headers: Record<string, string> = {}): Promise<OperationView> => {
  const { status, body } = await plane.api('POST', `/stacks/${stack}/upgrade`, undefined, headers);
  expect(status).toBe(202);
  return plane.ended((body as OperationView).id);
};

test('an upgrade moves a component to the version of the catalogue and does not affect the others', async () => {
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

  const upgraded = await run('upgrade', 'older', '--yes');
  expect(upgraded.code).toBe(0);
  expect(upgraded.stderr).toContain(`3.16.0 -> ${pinOf('mlflow')}`);
  expect(await plane.stack('older')).toMatchObject({ phase: 'Ready', versions: pinned, generation: 1 });
  expect(imagesUp('older', 'mlflow')).toEqual([expect.stringContaining(pinOf('mlflow'))]);
  expect(recordOf('older', 'mlflow')).toMatchObject({ version: pinOf('mlflow'), state: 'applied' });
  expect(recordOf('older', 'mlflow')).not.toHaveProperty('previous');
  expect(others()).toEqual(before);
});

test('a stack with the versions of the catalogue cannot be upgraded', async () => {
  for (const path of ['/stacks/older/upgrade', '/stacks/older/upgrade/plan']) {
    expect(await plane.api('POST', path)).toMatchObject({ status: 409, body: { code: 'UP_TO_DATE' } });
  }
  const refused = await run('upgrade', 'older', '--yes');
  expect(refused.code).toBe(5);
  expect((await plane.stack('older')).phase).toBe('Ready');
});

test.each([
  ['older', 'zenml', '0.96.0', 'ImagePullBackOff', 'IMAGE_PULL'],
  // A StatefulSet, whose broken pod would block its replacement.
  ['vector', 'chroma', '1.5.0', 'CrashLoopBackOff', 'CRASH_LOOP'],
] as const)(
  '%s: %s rolls back if the new version does not become ready, even with lost responses',
  async (stack, component, older, reason, code) => {
    await makeOlder(stack, component, older);
    const pin = pinOf(component);
    plane.kubernetes.breakImage(new RegExp(`${component}.*:${pin.replaceAll('.', '\\.')}`), reason);
    const path = new RegExp(`/namespaces/${component}/`);
    plane.faults.add({ target: 'kubernetes', method: 'PATCH', path, every: 3, times: 9, loseResponse: true });
    const { steps, state } = await upgrade(stack);
    plane.faults.clear();

    expect(state).toBe('PartiallySucceeded');
    const tools = steps.filter(({ id }) => !id.endsWith('-image'));
    expect(tools.map((step) => step.state)).toEqual(['failed', 'blocked']);
    const { phase, problem, versions, conditions } = await plane.stack(stack);
    expect({ phase, version: versions[component] }).toEqual({ phase: 'Degraded', version: older });
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(`${titleOf(component)} ${older} -> ${pin}`);
    expect(problem?.message).toContain(`rolled back to ${older}`);
    expect(conditions.find(({ type }) => type === componentCondition(component))).toMatchObject({
      status: 'False',
      reason: code,
    });
    expect(imagesUp(stack, component)).toEqual([expect.stringContaining(older)]);
    expect(recordOf(stack, component)).toMatchObject({ version: older });
    expect(recordOf(stack, component)).not.toHaveProperty('previous');
  },
);

test('an upgrade stops at the first component that rolls back', async () => {
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

describe('an interrupted upgrade', () => {
  /** Records an unfinished upgrade from an older version, with pods of the new version. */
  async function setUnderway(version: string, leftover: KubernetesObject[] = []): Promise<ReleaseRecord> {
    const record = recordOf('cut', 'mlflow');
    const manifests = [...manifestsOf(record, version), ...leftover];
    const { failure: _, previous: __, ...before } = { ...record, version, digest: version, manifests };
    const next = { ...record, revision: record.revision + 1, previous: record.revision };
    await clusters.setRecord('cut', before);
    await clusters.setRecord('cut', next);
    return next;
  }

  test('continues and removes objects that the new version does not have', async () => {
    const metadata = { name: 'leftover', namespace: 'mlflow' };
    const leftover = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    const left = () => objects('cut').filter((object) => object.metadata.name === 'leftover').length;
    await clusters.apply('cut', '/api/v1/namespaces/mlflow/configmaps/leftover', leftover);
    await setUnderway('3.16.0', [leftover]);
    await setVersion('cut', 'mlflow', '3.16.0');
    const pods = podsOf('cut', 'mlflow').map(({ metadata }) => metadata.uid);
    expect(left()).toBe(1);

    await upgrade('cut');
    expect(await plane.stack('cut')).toMatchObject({ phase: 'Ready', versions: { mlflow: pinOf('mlflow') } });
    expect(recordOf('cut', 'mlflow')).not.toHaveProperty('previous');
    expect(podsOf('cut', 'mlflow').map(({ metadata }) => metadata.uid)).toEqual(pods);
    expect(left()).toBe(0);
  });

  test('continues its rollback, and another upgrade tries the new version again', async () => {
    const crashed = problem('CRASH_LOOP', 'It crashes.');
    const record = await setUnderway('3.16.0');
    await clusters.setRecord('cut', { ...record, failure: { operation: 'cut-turned', problem: crashed } });
    await setVersion('cut', 'mlflow', '3.16.0');

    await upgrade('cut', { 'operation-id': 'turned' });
    expect(await plane.stack('cut')).toMatchObject({
      phase: 'Degraded',
      versions: { mlflow: '3.16.0' },
      problem: { code: 'CRASH_LOOP', message: 'It crashes. It was rolled back to 3.16.0.' },
    });
    expect(imagesUp('cut', 'mlflow')).toEqual([expect.stringContaining('3.16.0')]);

    await upgrade('cut');
    const stack = await plane.stack('cut');
    expect(stack).toMatchObject({ phase: 'Ready', versions: { mlflow: pinOf('mlflow') } });
    expect(stack).not.toHaveProperty('problem');
    for (const field of ['previous', 'failure']) expect(recordOf('cut', 'mlflow')).not.toHaveProperty(field);
  });

  test('rolls back to the last complete release', async () => {
    await makeOlder('cut', 'mlflow', '3.16.0');
    const { revision, ...record } = recordOf('cut', 'mlflow');
    const begun = { ...record, version: '3.16.5', digest: '3.16.5', state: 'applying' } as const;
    await clusters.setRecord('cut', { ...begun, revision: revision + 1 });
    plane.kubernetes.breakImage(/mlflow.*3\.17/, 'ImagePullBackOff');
    await upgrade('cut');
    plane.kubernetes.repairImages();
    expect((await plane.stack('cut')).problem?.message).toMatch(/It was rolled back to 3\.16\.0\./);
    expect(imagesUp('cut', 'mlflow')).toEqual([expect.stringContaining('3.16.0')]);
    expect(recordOf('cut', 'mlflow')).toMatchObject({ version: '3.16.0', state: 'applied' });
    await upgrade('cut');
    expect((await plane.stack('cut')).phase).toBe('Ready');
  });
});

test('a version that is not ready after twenty minutes is rolled back', async () => {
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
    .toMatch(/^Rolling back to 3\.16\.0/);
  plane.faults.clear();

  const { steps, startedAt, finishedAt = '' } = await plane.ended(id);
  expect(steps[0]?.problem).toMatchObject({
    code: 'COMPONENT_NOT_READY',
    message: expect.stringMatching(
      /not ready after 20 minutes\. It was rolled back to 3\.16\.0\./,
    ) as unknown,
  });
  expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThan(20 * 60_000);
  expect(imagesUp('cut', 'mlflow')).toEqual([expect.stringContaining('3.16.0')]);
});

test('only a Ready or Degraded stack can be upgraded', async () => {
  const { body: destruction } = await plane.api('DELETE', '/stacks/vector');
  await plane.ended((destruction as OperationView).id);
  expect((await plane.stack('vector')).versions).toEqual({});
  const { status, body } = await plane.api('POST', '/stacks/vector/upgrade');
  expect({ status, body }).toMatchObject({ status: 409, body: { code: 'STACK_NOT_PROVISIONED' } });
});
