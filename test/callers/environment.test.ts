import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
  const access = { kind: 'public', allowFrom: ['203.0.113.0/24'] };
  await Promise.all([
    plane.provision('demo', {
      location: 'uksouth',
      components: ['registry', 'zenml', 'mlflow', 'chroma', 'evidently'],
    }),
    plane.provision('open', {
      location: 'uksouth',
      components: ['zenml', 'registry', 'mlflow', 'dvc'],
      access,
      storage: { sharedKeyAccess: true },
    }),
  ]);
});
afterAll(() => plane.close());

const variables = async (...words: string[]) =>
  JSON.parse((await run('env', ...words, '--json')).stdout) as Record<string, string>;

const account = (stack: string) =>
  plane.azure
    .inventory()
    .find((id) => id.includes(`/storageAccounts/${stack}`))
    ?.split('/')
    .at(-1);

test('the variables have the ports of `matcha connect`', async () => {
  expect(await variables('demo')).toEqual({
    MATCHA_STACK: 'demo',
    AZURE_STORAGE_ACCOUNT: account('demo'),
    MLFLOW_TRACKING_URI: 'http://localhost:5237',
    CHROMA_HOST: 'localhost',
    CHROMA_PORT: '8238',
    EVIDENTLY_URL: 'http://localhost:8240',
  });
});

test('what signs in to ZenML is given whole, on request, and that is an event', async () => {
  const signIn = {
    ZENML_STORE_URL: 'http://localhost:8237',
    ZENML_STORE_USERNAME: 'admin',
    ZENML_STORE_PASSWORD: expect.stringMatching(/^\w{24}$/) as string,
  };
  const { stdout, stderr } = await run('env', 'demo');
  expect(stdout).not.toContain('ZENML');
  for (const name of Object.keys(signIn)) expect(stderr).toContain(name);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('`matcha env demo --show-sensitive` prints them');

  const shown = await run('env', 'demo', '--show-sensitive', '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject(signIn);
  expect(shown.stderr).toBe('');
  expect((await run('events', 'demo')).stdout).toContain('secrets.revealed');
});

test('the variables for pods have the addresses of services in the cluster', async () => {
  expect(await variables('demo', '--cluster')).toMatchObject({
    ZENML_STORE_URL: 'http://zenml.zenml.svc.cluster.local',
    MLFLOW_TRACKING_URI: 'http://mlflow.mlflow.svc.cluster.local:5000',
    CHROMA_HOST: 'chroma.chroma.svc.cluster.local',
    CHROMA_PORT: '8000',
    EVIDENTLY_URL: 'http://evidently.evidently.svc.cluster.local:8000',
  });
});

test('the variables of a public stack have the addresses of the gateway and no secrets', async () => {
  const found = await variables('open');
  expect(found['MLFLOW_TRACKING_URI']).toMatch(/^https:\/\/open-\w+\.uksouth\.cloudapp\.azure\.com:8443$/);
  expect(Object.keys(found).sort()).toEqual(['AZURE_STORAGE_ACCOUNT', 'MATCHA_STACK', 'MLFLOW_TRACKING_URI']);
  const shown = await variables('open', '--show-sensitive');
  expect(shown['ZENML_STORE_URL']).toMatch(/^https:\/\/open-\w+\.uksouth\.cloudapp\.azure\.com$/);
  expect(shown).toMatchObject({ MLFLOW_TRACKING_USERNAME: 'admin' });
  expect(shown['MLFLOW_TRACKING_PASSWORD']).toMatch(/^\w{24}$/);
});

test('a shell can evaluate the printed variables', async () => {
  const { code, stdout } = await run('env', 'demo');
  expect(code).toBe(0);
  const printed = execFileSync('sh', ['-c', `${stdout}\nprintf %s "$MLFLOW_TRACKING_URI"`]).toString();
  expect(printed).toBe('http://localhost:5237');
});

/** A value as scripts cut it out of the output of `matcha get`. */
async function cutOut(stack: string, resource: string, property: string): Promise<string | undefined> {
  const { stdout } = await run(
    'get',
    resource,
    property,
    '--output',
    'json',
    '--show-sensitive',
    '--stack',
    stack,
  );
  return new RegExp(`"${property}": "(.*)"`).exec(stdout)?.[1];
}

test('scripts get the connection strings of a stack with shared keys', async () => {
  for (const [resource, property] of [
    ['pipeline', 'connection-string'],
    ['data-version-control', 'connection-string'],
    ['experiment-tracker', 'azure-connection-string'],
  ] as const)
    expect(await cutOut('open', resource, property)).toMatch(
      /^DefaultEndpointsProtocol=https;AccountName=openst\w+;AccountKey=[^;]+;EndpointSuffix=core\.windows\.net$/,
    );
  const hidden = await run('get', 'pipeline', 'connection-string', '--json', '--stack', 'open');
  expect(JSON.parse(hidden.stdout)).toEqual({ pipeline: { 'connection-string': '********' } });
});

test('without shared keys, the command says why there is no connection string, and what to do', async () => {
  const args = ['get', 'pipeline', 'connection-string', '--show-sensitive', '--stack', 'demo'];
  const refused = await run(...args, '--json');
  expect(refused.code).toBe(5);
  expect(JSON.parse(refused.stderr)).toMatchObject({
    code: 'SHARED_KEYS_OFF',
    cause: expect.stringContaining('shared keys are off') as unknown,
  });
  expect((await run(...args)).stderr).toContain('matcha provision demo --shared-keys');
  expect((await run('plan', 'demo', '--shared-keys')).stdout).toContain('allowSharedKeyAccess');

  const all = await run('get', '--output', 'json', '--show-sensitive', '--stack', 'demo');
  expect(all.code).toBe(0);
  expect(JSON.parse(all.stdout)).toMatchObject({ pipeline: { 'server-username': 'admin' } });
  expect(all.stdout).not.toContain('connection-string');
});

test('one output that is no secret is shown without an event', async () => {
  const reveals = async () => (await run('events', 'demo', '--json')).stdout.split('secrets.revealed').length;
  const before = await reveals();
  expect(await cutOut('demo', 'id', 'matcha_uuid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await cutOut('demo', 'pipeline', 'storage-path')).toBe('az://zenml');
  expect(await reveals()).toBe(before);
  await cutOut('demo', 'pipeline', 'server-password');
  expect(await reveals()).toBeGreaterThan(before);
});

test('an unknown output is refused with the nearest name', async () => {
  const refused = await run('get', 'pipelin', '--stack', 'demo');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Did you mean pipeline?');
});

test('a missing stack is an error', async () => {
  expect((await run('env', 'nowhere')).stderr).toContain('There is no stack "nowhere"');
});
