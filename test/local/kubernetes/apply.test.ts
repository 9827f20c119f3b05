import { expect, test } from 'vitest';
import { deployment, namespace, errorOf, startCluster } from './harness.ts';

const config = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'default' },
  data,
});

test('a repeated apply changes nothing', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  const first = await apply(deployment('web'));
  const second = await apply(deployment('web'));
  expect(second.spec).toEqual(first.spec);
  expect(second.metadata).toMatchObject({ generation: 1, uid: first.metadata?.uid });
  const config1 = await apply(config({ a: '1' }));
  const config2 = await apply(config({ a: '1' }));
  expect(config2.metadata?.resourceVersion).toBe(config1.metadata?.resourceVersion);
});

test('an apply creates with 201 and updates with 200', async () => {
  const { call } = await startCluster();
  const patch = async (a: string) => {
    const path = '/api/v1/namespaces/default/configmaps/settings?fieldManager=matcha';
    const response = await call('PATCH', path, config({ a }), {
      'content-type': 'application/apply-patch+yaml',
    });
    return response.status;
  };
  expect([await patch('1'), await patch('2')]).toEqual([201, 200]);
});

test('a field that its manager no longer applies is removed unless another manager owns it', async () => {
  const { apply, read } = await startCluster();
  await apply(config({ mine: '1', shared: '2' }));
  await apply(config({ shared: '2', theirs: '3' }), { manager: 'other' });
  await apply(config({}));
  const { data, metadata } = await read('v1', 'ConfigMap', 'settings', 'default');
  expect(data).toEqual({ shared: '2', theirs: '3' });
  expect(metadata?.managedFields?.map(({ manager }) => manager)).toContain('other');
});

test('an apply of a field of another manager is a conflict unless it is forced', async () => {
  const { apply } = await startCluster();
  await apply(namespace('team'));
  await apply(deployment('web'), { manager: 'kubectl' });
  const changed = deployment('web', { image: 'nginx:1.30' });
  const error = await errorOf(apply(changed));
  expect(error).toMatchObject({ code: 409, reason: 'Conflict' });
  expect(error.details?.causes).toEqual([
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl" using apps/v1',
      field: '.spec.template.spec.containers[name="main"].image',
    },
  ]);
  const forced = await apply(changed, { force: true });
  expect(forced.metadata?.generation).toBe(2);
  expect((await errorOf(apply(deployment('web'), { manager: 'kubectl' }))).message).toMatch(
    /conflict with "matcha"/,
  );
});

test('keyed lists merge by their keys', async () => {
  const { apply, read } = await startCluster();
  await apply(namespace('team'));
  await apply(deployment('web', { container: { env: [{ name: 'A', value: '1' }] } }));
  await apply(
    {
      ...deployment('web'),
      spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] } } },
    },
    { manager: 'other' },
  );
  await apply(deployment('web'));
  const { spec } = await read('apps/v1', 'Deployment', 'web', 'team');
  expect(spec).toMatchObject({
    template: {
      spec: { containers: [{ name: 'main', image: 'nginx:1.29', env: [{ name: 'B', value: '2' }] }] },
    },
  });
});

test('a dry run stores nothing', async () => {
  const { apply, read } = await startCluster();
  await apply(config({ a: '1' }), { dryRun: 'All' });
  expect(await errorOf(read('v1', 'ConfigMap', 'settings', 'default'))).toMatchObject({ code: 404 });
});

test('an apply with an unknown field returns 500, as from the real API server', async () => {
  const { call } = await startCluster();
  const response = await call(
    'PATCH',
    '/api/v1/namespaces/default/services/web?fieldManager=matcha',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { prots: [] },
    },
    { 'content-type': 'application/apply-patch+yaml' },
  );
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({
    message:
      'failed to create typed patch object (default/web; /v1, Kind=Service): .spec.prots: field not declared in schema',
  });
});
