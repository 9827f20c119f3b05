import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { createClock } from '../../local/clock.ts';
import { openDocumentStore } from '../../local/document-store.ts';
import { catalogueOf, standInsOf } from '../../local/simulators.ts';
import { readKubeconfig } from '../../local/kubeconfig.ts';
import { startKubernetes, type SimulatedKubernetes } from '../../local/kubernetes/index.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { catalogueWithFreePorts } from '../helpers/free-ports.ts';
import { startMatcha } from '../helpers/running-command.ts';

const SPEED = 300;
let existing: SimulatedKubernetes;
let plane: TestPlane;
let ports: Record<string, number>;

/** A simulated cluster with its own token represents a kind cluster. */
beforeAll(async () => {
  existing = await startKubernetes({
    standIns: await standInsOf(defaultCatalogue),
    clock: createClock(SPEED),
    documents: openDocumentStore(),
    authorize: (_, token) => (token === 'from-the-kubeconfig' ? 'allowed' : 'unauthenticated'),
  });
  existing.create('kind');
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'matcha-kubeconfig-')), 'config.json');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'kind',
      contexts: [{ name: 'kind', context: { cluster: 'kind', user: 'me' } }],
      clusters: [
        { name: 'kind', cluster: { ...existing.endpoint('kind'), 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'me', user: { token: 'from-the-kubeconfig' } }],
    }),
  );
  const options = { speed: SPEED, kubeconfig: readKubeconfig(kubeconfig) };
  const { catalogue, ports: chosen } = await catalogueWithFreePorts(catalogueOf(options));
  ports = chosen;
  plane = await startPlane({ ...options, catalogue });
});
afterAll(async () => {
  await plane.close();
  await existing.close();
});

test('the tools are installed in the cluster of a kubeconfig', async () => {
  expect((await plane.provision('demo', { location: 'uksouth', preset: 'llm' })).problem).toBeUndefined();
  const namespaces = existing
    .objects('kind')
    .flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : []));
  // A cluster outside of Azure has no Blob Storage.
  const mlflow = existing
    .objects('kind')
    .find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'mlflow');
  expect(JSON.stringify(mlflow)).toContain('"MLFLOW_ARTIFACTS_DESTINATION","value":"/mlflow/artifacts"');
  expect(namespaces).toEqual(expect.arrayContaining(['zenml', 'mlflow', 'seldon-system', 'chroma']));
});

test('its tools are reached by a token of that cluster', async () => {
  const command = startMatcha(plane.url, 'connect', 'demo');
  await command.says('is connected');
  const answer = await fetch(`http://127.0.0.1:${ports['mlflow'] ?? 0}/health`);
  expect(await answer.text()).toBe('OK');
  expect(await command.end()).toBe(0);
});

test('a token of nobody is refused by the cluster', async () => {
  const { body } = await plane.api('POST', '/stacks/demo/credentials');
  const { server } = body as { server: string };
  const statusWith = async (authorization: string) =>
    (await fetch(`${server}/api/v1/pods`, { headers: { authorization } })).status;
  expect(await statusWith('Bearer nobody')).toBe(401);
  expect(await statusWith('')).toBe(401);
});

test('a second stack on the same cluster is refused, and the first one stays as it is', async () => {
  const untouched = () =>
    existing
      .objects('kind')
      // The first stack may still be verified, which makes objects of its own and removes them.
      .filter(({ kind, metadata }) => !['Node', 'Event'].includes(kind) && !/^verify-/.test(metadata.name))
      .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`);
  const before = untouched();
  const { problem } = await plane.provision('other', { location: 'uksouth', components: ['mlflow'] });
  expect(problem).toMatchObject({
    code: 'NAMESPACE_TAKEN',
    message: 'MLflow: the namespace mlflow of the cluster belongs to the stack demo.',
    remedies: expect.arrayContaining([
      expect.objectContaining({ text: expect.stringContaining('Use the name demo') as unknown }),
    ]) as unknown,
  });
  expect(untouched()).toEqual(before);

  const removed = await plane.provision(
    'other',
    { location: 'uksouth', components: ['registry'] },
    { allowRemoval: true },
  );
  expect(removed.problem).toBeUndefined();
  expect(untouched()).toEqual(before);
});

test('public access is refused at the request where the cluster has no gateway', async () => {
  const access = { kind: 'public', allowFrom: ['203.0.113.7/32'] };
  const { status, body } = await plane.api('PUT', '/stacks/demo', {
    location: 'uksouth',
    preset: 'llm',
    access,
  });
  expect(status).toBe(409);
  expect(body).toMatchObject({ code: 'NO_PUBLIC_ACCESS' });
});
