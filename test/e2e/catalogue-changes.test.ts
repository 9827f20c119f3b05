import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { PlanView } from '../../lib/api/plan.ts';
import type { StackView } from '../../lib/api/stack.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { catalogueWithChange, catalogueWith, replaceableCatalogue } from '../helpers/catalogue.ts';
import { arm } from '../helpers/azure.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { clustersOf } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { deployer } from '../helpers/model-deployer.ts';

const withDeployer = catalogueWith(deployer);
const { catalogue, use } = replaceableCatalogue(withDeployer);

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;
let clusters: ReturnType<typeof clustersOf>;

beforeAll(async () => {
  plane = await startPlane({ catalogue });
  run = matcha(plane.url);
  clusters = clustersOf(plane);
});
afterAll(() => plane.close());

/** The remaining objects of a tool in a cluster. */
const tracesOf = (stack: string, tool: RegExp): string[] =>
  clusters
    .objects(stack)
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)
    .filter((name) => tool.test(name));

test('a component for an occupied slot is rejected, and replaces the other one with --replace', async () => {
  await plane.provision('swap', { location: 'uksouth', components: ['seldon', 'mlflow'] });
  expect(tracesOf('swap', /seldon/)).not.toEqual([]);

  const refused = await run('stack', 'add', 'deployer', '--stack', 'swap', '--yes');
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toMatch(/Seldon Core and Deployer both fill the slot model deployer/);
  expect(refused.stderr).toContain('Replace seldon with deployer.');
  expect(refused.stderr).toContain('matcha stack add deployer --stack swap --yes --replace');
  const { status, body } = await plane.api('PUT', '/stacks/swap', {
    location: 'uksouth',
    components: ['seldon', 'deployer'],
  });
  expect({ status, body }).toMatchObject({ status: 400, body: { code: 'SLOT_TAKEN' } });

  const replaced = await run('stack', 'add', 'deployer', '--replace', '--stack', 'swap', '--yes');
  expect(replaced).toMatchObject({ code: 0 });
  const stack = await plane.stack('swap');
  expect(stack).toMatchObject({ phase: 'Ready', components: ['mlflow', 'deployer'] });
  expect(stack.versions).toEqual({ mlflow: expect.any(String) as unknown, deployer: '2.1.0' });
  expect(tracesOf('swap', /seldon/)).toEqual([]);
  const outputs = (await plane.api('GET', '/stacks/swap/outputs')).body as Record<string, object>;
  expect(outputs['model-deployer']).toMatchObject({ 'base-url': 'http://localhost:8299' });
});

test('the webhook has the CA bundle of the certificate for its service', () => {
  const objects = clusters.objects('swap');
  const secret = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === 'deployer-tls');
  const webhook = objects.find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
  expect(webhook).toMatchObject({ webhooks: [{ clientConfig: { caBundle: secret?.data?.['tls.crt'] } }] });
});

test('installed components are not applied again, including webhooks with certificates', async () => {
  const versions = () => clusters.objects('swap').map(({ metadata }) => metadata.resourceVersion);
  const before = versions();
  const again = (team: string) => ({
    location: 'uksouth',
    components: ['deployer', 'mlflow'],
    tags: { team },
  });
  await plane.provision('swap', again('ml'));
  expect(versions()).toEqual(before);
  await clusters.deleteReleases('swap', 'deployer');
  expect((await plane.provision('swap', again('data'))).state).toBe('Succeeded');
});

test('a stack with a retired component supports all operations, including its removal', async () => {
  const components = ['mlflow', 'deployer'];
  await plane.provision('keeps', { location: 'uksouth', components });
  use(defaultCatalogue);
  expect((await run('list')).stdout).toMatch(/keeps .*Ready/);
  const shown = await run('status', 'keeps');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/deployer/);
  expect((await plane.api('GET', '/stacks/keeps/outputs')).status).toBe(200);
  expect((await plane.api('GET', '/stacks/keeps/environment')).status).toBe(200);

  const plan = await plane.api('POST', '/stacks/keeps/plan', { location: 'uksouth' });
  expect((plan.body as PlanView).cost.unpriced).toEqual(['deployer']);
  expect((plan.body as PlanView).components).toContainEqual({
    name: 'deployer',
    title: 'deployer',
    version: '2.1.0',
  });
  expect((await plane.api('GET', '/stacks/keeps')).body as StackView).not.toHaveProperty('costPerDay');

  expect((await run('stack', 'add', 'chroma', '--stack', 'keeps', '--yes')).code).toBe(0);
  expect(await plane.stack('keeps')).toMatchObject({
    phase: 'Ready',
    components: ['mlflow', 'chroma', 'deployer'],
    versions: { deployer: '2.1.0' },
  });
  expect(tracesOf('keeps', /deployer/)).not.toEqual([]);
  expect((await plane.api('POST', '/stacks/keeps/upgrade/plan')).body).toMatchObject({ code: 'UP_TO_DATE' });

  for (const verb of ['hibernate', 'wake']) {
    expect((await run(verb, 'keeps')).code, verb).toBe(0);
  }
  expect((await plane.stack('keeps')).phase).toBe('Ready');

  expect(
    (await run('stack', 'remove', 'deployer', '--stack', 'keeps', '--yes', '--allow-removal')).code,
  ).toBe(0);
  expect(await plane.stack('keeps')).toMatchObject({ phase: 'Ready', components: ['mlflow', 'chroma'] });
  expect(tracesOf('keeps', /deployer/)).toEqual([]);
  expect((await plane.api('PUT', '/stacks/keeps', { location: 'uksouth', components })).body).toMatchObject({
    code: 'UNKNOWN_COMPONENT',
  });

  expect((await run('destroy', 'swap', '--yes')).code).toBe(0);
  expect(plane.azure.inventory().filter((id) => id.includes('swap'))).toEqual([]);
  use(withDeployer);
});

/** Starts an operation and replaces the catalogue before the operation reaches the cluster. */
async function runWithNewCatalogue(
  next: typeof catalogue,
  method: string,
  path: string,
  body?: object,
): Promise<OperationView> {
  const respond = { status: 503 };
  plane.faults.add({ target: 'kubernetes', path: /\/secrets$/, times: Number.POSITIVE_INFINITY, respond });
  const { body: begun } = await plane.api(method, path, body);
  use(next);
  plane.faults.clear();
  return plane.ended((begun as OperationView).id);
}

const newer = (version: string) =>
  catalogueWithChange('chroma', (chroma) => {
    const workload = chroma.workload!;
    const manifests: typeof workload.manifests = (context) =>
      JSON.parse(
        JSON.stringify(workload.manifests(context)).replaceAll(chroma.version, version),
      ) as ReturnType<typeof workload.manifests>;
    return { ...chroma, version, workload: { ...workload, manifests } };
  });

test('a provision that was planned with another catalogue version is not applied or recorded', async () => {
  use(defaultCatalogue);
  const { version } = defaultCatalogue.find('chroma')!;
  const request = { location: 'uksouth', components: ['chroma'] };
  const operation = await runWithNewCatalogue(newer('1.6.0'), 'PUT', '/stacks/moved', request);
  expect(operation.steps.find(({ id }) => id === 'chroma')?.problem).toMatchObject({
    code: 'CATALOGUE_CHANGED',
    message: `Chroma: this was planned with ${version}, but the catalogue has 1.6.0 now.`,
    remedies: [{ action: 'provisionStack', arguments: { name: 'moved' } }],
  });
  expect(await plane.stack('moved')).toMatchObject({ phase: 'Degraded', versions: {} });
  expect(tracesOf('moved', /chroma/)).toEqual([]);

  expect((await plane.provision('moved', request)).problem).toBeUndefined();
  expect(await plane.stack('moved')).toMatchObject({ phase: 'Ready', versions: { chroma: '1.6.0' } });
  expect(clusters.history('moved', 'chroma')).toMatchObject([{ version: '1.6.0', state: 'applied' }]);
});

test('an upgrade that was planned with another catalogue version changes nothing', async () => {
  use(newer('1.7.0'));
  const operation = await runWithNewCatalogue(newer('1.8.0'), 'POST', '/stacks/moved/upgrade');
  expect(operation.steps[0]?.problem).toMatchObject({ code: 'CATALOGUE_CHANGED' });
  expect((await plane.stack('moved')).versions).toEqual({ chroma: '1.6.0' });
  expect(clusters.history('moved', 'chroma')).toMatchObject([{ version: '1.6.0', state: 'applied' }]);
});

test('the last three releases of a component are kept as compressed Secrets', async () => {
  for (const version of ['1.7.0', '1.8.0', '1.9.0', '1.10.0']) {
    use(newer(version));
    const { body } = await plane.api('POST', '/stacks/moved/upgrade');
    expect((await plane.ended((body as OperationView).id)).problem).toBeUndefined();
  }
  expect(clusters.history('moved', 'chroma').map(({ revision, version }) => [revision, version])).toEqual([
    [5, '1.10.0'],
    [4, '1.9.0'],
    [3, '1.8.0'],
  ]);
  for (const { type, metadata, data } of clusters.recordSecrets('moved', 'chroma')) {
    expect(type).toBe('matcha.dev/release.v1');
    expect(metadata.labels).toMatchObject({
      'matcha.dev/revision': expect.stringMatching(/^[345]$/) as unknown,
    });
    expect(Buffer.from(data?.['release'] ?? '', 'base64').subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  }
});

test('pipelines that move to another namespace leave nothing in the old one', async () => {
  const inOldPlace = catalogueWithChange('zenml', (zenml) => {
    const move = <T>(value: T) =>
      JSON.parse(JSON.stringify(value).replaceAll('matcha-pipelines', 'zenml')) as T;
    const workload = zenml.workload!;
    const manifests: typeof workload.manifests = (context) => {
      const objects = new Map(workload.manifests(context).map((object) => move(object)).map((object) => [`${object.kind} ${object.metadata.name}`, object])); // prettier-ignore
      return [...objects.values()];
    };
    return { ...zenml, azure: move(zenml.azure!), workload: { ...workload, manifests } };
  });
  const request = { location: 'uksouth', components: ['registry', 'zenml'] };
  const account = () => tracesOf('moves', /^(ServiceAccount|Role|RoleBinding) .*zenml-pipelines$/);
  const subject = async () =>
    (
      await arm<{ properties: { subject: string } }>(
        plane.azure,
        'GET',
        '/resourceGroups/moves-resources/providers/Microsoft.ManagedIdentity/userAssignedIdentities/moves-zenml' +
          '/federatedIdentityCredentials/zenml-pipelines?api-version=2024-11-30',
      )
    ).properties.subject;
  use(inOldPlace);
  expect((await plane.provision('moves', request)).problem).toBeUndefined();
  expect(account()).toContain('ServiceAccount zenml/zenml-pipelines');
  expect(await subject()).toBe('system:serviceaccount:zenml:zenml-pipelines');

  use(defaultCatalogue);
  expect((await plane.provision('moves', request)).problem).toBeUndefined();
  expect(account().toSorted()).toEqual([
    'Role matcha-pipelines/zenml-pipelines',
    'RoleBinding matcha-pipelines/zenml-pipelines',
    'ServiceAccount matcha-pipelines/zenml-pipelines',
  ]);
  expect(await subject()).toBe('system:serviceaccount:matcha-pipelines:zenml-pipelines');
});

test('manifests that are too large to record are rejected before they are applied', async () => {
  const { randomBytes } = await import('node:crypto');
  const large = randomBytes(900_000).toString('base64');
  use(
    catalogueWithChange('chroma', (chroma) => {
      const workload = chroma.workload!;
      const manifests: typeof workload.manifests = (context) => [
        ...workload.manifests(context),
        ...['one', 'two'].map((name) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, namespace: 'chroma' },
          data: { large: name + large.slice(name.length * 1000, 700_000) },
        })),
      ];
      return { ...chroma, workload: { ...workload, manifests } };
    }),
  );
  const { steps } = await plane.provision('large', { location: 'uksouth', components: ['chroma'] });
  expect(steps.find(({ id }) => id === 'chroma')?.problem).toMatchObject({
    code: 'RELEASE_TOO_LARGE',
    remedies: [{ action: 'manual' }],
  });
  expect(tracesOf('large', /chroma/)).toEqual([]);
});
