import { expect, test } from 'vitest';
import { startServer } from '../helpers/api-server.ts';
import { errorOf } from '../helpers/kubernetes-client.ts';
import { namespace as namespaceOf } from '../helpers/kubernetes-objects.ts';

test('an object is created, read, listed by labels, replaced and deleted', async () => {
  const { api, read, secret, namespace } = await startServer();
  await api.create(secret('a', { tier: 'web' }));
  await api.create(secret('b', { tier: 'database' }));
  const found = await read('v1', 'Secret', 'a', namespace);
  expect(found.data).toEqual({ password: Buffer.from('geheim').toString('base64') });

  const names = async (selector: string) => {
    const list = await api.list(
      'v1', 'Secret', namespace, undefined, undefined, undefined, undefined, selector,
    ); // prettier-ignore
    return list.items.map(({ metadata }) => metadata?.name);
  };
  expect(await names('tier=web')).toEqual(['a']);
  expect(await names('tier in (web, database),tier!=web')).toEqual(['b']);
  expect(await names('!tier')).toEqual([]);

  const stale = { ...secret('a'), metadata: { ...secret('a').metadata, resourceVersion: '1' } };
  expect(await errorOf(api.replace(stale))).toMatchObject({ code: 409, reason: 'Conflict' });
  await api.delete(secret('a'));
  expect(await errorOf(read('v1', 'Secret', 'a', namespace))).toMatchObject({
    code: 404,
    reason: 'NotFound',
    message: 'secrets "a" not found',
  });
});

test('a second object with the same name is rejected', async () => {
  const { api, secret } = await startServer();
  await api.create(secret('a'));
  expect(await errorOf(api.create(secret('a')))).toMatchObject({
    code: 409,
    reason: 'AlreadyExists',
    message: 'secrets "a" already exists',
  });
});

test('discovery lists the kinds', async () => {
  const { call } = await startServer();
  const json = async (path: string) => (await call('GET', path)).json();
  expect(await json('/version')).toMatchObject({ major: '1', minor: '36' });
  const { resources } = (await json('/apis/apps/v1')) as { resources: object[] };
  expect(resources).toContainEqual(
    expect.objectContaining({ name: 'deployments', kind: 'Deployment', namespaced: true }),
  );
});

test('a new namespace has a service account, and the certificate authority of the cluster', async () => {
  const { read, eventually, namespace } = await startServer();
  const exists = (kind: string, name: string) =>
    eventually(
      () =>
        read('v1', kind, name, namespace).then(
          () => true,
          () => false,
        ),
      (found) => found,
    );
  await exists('ServiceAccount', 'default');
  await exists('ConfigMap', 'kube-root-ca.crt');
});

test('a namespace that is deleted refuses new objects, and ends with its contents', async () => {
  const { api, apply, read, deployment, config, namespace, eventually } = await startServer();
  const held = config('held', {});
  await apply({ ...held, metadata: { ...held.metadata, finalizers: ['example.org/hold'] } });
  await apply(deployment('web'));
  await api.delete(namespaceOf(namespace));
  const { metadata, status } = await read('v1', 'Namespace', namespace);
  expect(metadata?.deletionTimestamp).toBeDefined();
  expect(status?.['phase']).toBe('Terminating');
  expect(await errorOf(apply(deployment('other')))).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: `deployments.apps "other" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    details: { causes: [{ reason: 'NamespaceTerminating' }] },
  });

  const conditions = await eventually(
    async () => (await read('v1', 'Namespace', namespace)).status?.['conditions'] as Condition[] | undefined,
    (found) =>
      found?.some(({ type, status: now }) => type === 'NamespaceFinalizersRemaining' && now === 'True') ===
      true,
  );
  expect(conditions?.find(({ type }) => type === 'NamespaceFinalizersRemaining')?.message).toContain(
    'example.org/hold',
  );
  await apply(held, { force: true });
  const isGone = () =>
    read('v1', 'Namespace', namespace).then(
      () => false,
      () => true,
    );
  await eventually(isGone, (gone) => gone);
  expect(await errorOf(read('apps/v1', 'Deployment', 'web', namespace))).toMatchObject({ code: 404 });
});

interface Condition {
  type: string;
  status: string;
  message?: string;
}
