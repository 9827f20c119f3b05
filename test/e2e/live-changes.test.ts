import { afterAll, beforeAll, expect, test } from 'vitest';
import { matcha, type Run } from '../helpers/cli.ts';
import { clustersOf, isOfVerification } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;
let clusters: ReturnType<typeof clustersOf>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
  clusters = clustersOf(plane);
});
afterAll(() => plane.close());

const objects = (stack: string) => clusters.objects(stack);

/** The objects that Matcha applied, without those of controllers and verifications. */
const applied = (stack: string): Record<string, string> =>
  Object.fromEntries(
    objects(stack)
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'matcha')
      .filter(({ kind }) => !['Pod', 'ReplicaSet', 'Endpoints', 'EndpointSlice'].includes(kind))
      .filter((object) => !isOfVerification(object))
      .map(({ kind, metadata }) => [
        `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
        metadata.resourceVersion,
      ]),
  );

test('adding and removing a component of a Ready stack does not affect the others', async () => {
  await plane.provision('live', { location: 'uksouth', preset: 'default' });
  const others = () =>
    objects('live').filter(({ metadata }) => ['mlflow', 'zenml'].includes(metadata.namespace ?? ''));
  const pods = () => others().flatMap(({ kind, metadata }) => (kind === 'Pod' ? [metadata.uid] : []));
  const podsBefore = pods();
  const before = applied('live');

  expect((await run('stack', 'add', 'chroma', '--stack', 'live', '--yes')).code).toBe(0);
  expect(await plane.stack('live')).toMatchObject({ phase: 'Ready', preset: 'llm' });
  expect((await plane.stack('live')).versions).toHaveProperty('chroma');
  expect(Object.keys(applied('live'))).toContain('StatefulSet chroma/chroma');

  expect((await run('stack', 'remove', 'chroma', '--stack', 'live', '--yes', '--allow-removal')).code).toBe(
    0,
  );
  const stack = await plane.stack('live');
  expect(stack).toMatchObject({ phase: 'Ready', preset: 'default', generation: 3 });
  expect(stack.versions).not.toHaveProperty('chroma');
  expect(stack.conditions.map(({ type }) => type)).not.toContain('ChromaReady');
  expect(
    objects('live').filter(({ metadata }) => /chroma/.test(`${metadata.namespace ?? ''}/${metadata.name}`)),
  ).toEqual([]);
  expect(applied('live')).toEqual(before);
  expect(pods()).toEqual(podsBefore);
});

test('removing a component removes the objects of its operator', async () => {
  await plane.provision('oper', { location: 'uksouth', components: ['seldon', 'mlflow'] });
  const seldon = () =>
    objects('oper').filter(({ metadata }) => /seldon/.test(`${metadata.namespace ?? ''}/${metadata.name}`));
  expect(seldon().map(({ kind }) => kind)).toContain('CustomResourceDefinition');
  expect((await run('stack', 'remove', 'seldon', '--stack', 'oper', '--yes')).code).toBe(0);
  expect(seldon()).toEqual([]);
});

test('a component that others depend on cannot be removed', async () => {
  const refused = await run('stack', 'remove', 'registry', '--stack', 'live', '--yes');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/ZenML needs the component "registry"/);
});

test('applying unchanged manifests again changes nothing', async () => {
  await plane.provision('twice', { location: 'uksouth', preset: 'llm' });
  const before = applied('twice');
  // Without release records, all manifests are applied again.
  for (const component of ['zenml', 'mlflow', 'chroma']) {
    await clusters.deleteReleases('twice', component);
  }
  const tagged = { location: 'uksouth', preset: 'llm', tags: { team: 'ml' } };
  expect((await plane.provision('twice', tagged)).state).toBe('Succeeded');
  const isRecord = ([key]: [string, string]) => key.includes('matcha-system/');
  expect(Object.entries(applied('twice')).filter((entry) => !isRecord(entry))).toEqual(
    Object.entries(before).filter((entry) => !isRecord(entry)),
  );
});

test('a field conflict is reported with the name of the other manager', async () => {
  const path = '/apis/apps/v1/namespaces/mlflow/deployments/mlflow';
  const scaled = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'mlflow' },
    spec: { replicas: 0 },
  };
  expect(
    (await clusters.kubectl('twice', 'PATCH', `${path}?fieldManager=colleague&force=true`, scaled)).status,
  ).toBe(200);
  await clusters.deleteReleases('twice', 'mlflow');
  const retagged = { location: 'uksouth', preset: 'llm', tags: { team: 'data' } };
  const { problem } = await plane.provision('twice', retagged);
  expect(problem).toMatchObject({
    code: 'FIELD_CONFLICT',
    cause: expect.stringMatching(/replicas.*colleague/) as unknown,
  });
  expect((await plane.stack('twice')).phase).toBe('Degraded');
});
