import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import type { CanaryCluster, ResolvedRegistration } from '../../lib/components/component.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { register } from '../../lib/components/zenml/register.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { specOf } from '../helpers/specs.ts';
import { runPython } from './python.ts';
import { secretOf, type Server } from './server.ts';
import { describeServer } from './describe-server.ts';

const HOST = 'zenml.zenml.svc.cluster.local';
const DATABASE = 'zenml/.zenconfig/local_stores/default_zen_store/zenml.db';

const credentials = ({ parts }: Server) => ({
  username: secretOf(parts, 'zenml-admin', 'username'),
  password: secretOf(parts, 'zenml-admin', 'password'),
});

const call = (server: Server, method: string, path: string, token?: string, body?: unknown) =>
  server.send({
    method,
    path: `/api/v1/${path}`,
    host: HOST,
    body,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });

const logIn = (server: Server, username: string, password: string, headers: Record<string, string> = {}) =>
  server.send({
    method: 'POST',
    path: '/api/v1/login',
    host: HOST,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ grant_type: 'password', username, password }).toString(),
  });

const idOf = ({ body }: { body: unknown }) => at(body, 'id') as string;

/** The environment variables of a client with credentials. */
const clientOf = (server: Server) => {
  const { username, password } = credentials(server);
  return {
    ZENML_STORE_URL: server.url,
    ZENML_STORE_USERNAME: username,
    ZENML_STORE_PASSWORD: password,
    ZENML_CONFIG_PATH: `${server.sandbox.folder}/client`,
    ZENML_ANALYTICS_OPT_IN: 'False',
    HOME: server.sandbox.folder,
  };
};

/** The input of the registration step of a stack with the name demo. */
function linkOf({
  preset = 'default',
  components,
  ...request
}: {
  preset?: string;
  components?: string[];
  access?: object;
}) {
  const { steps } = planProvision(
    { ...specOf(preset, request), ...defaultCatalogue.resolve(preset, components) },
    1,
    'x1y2z',
    defaultCatalogue.components,
  );
  const link = steps.find((step) => step.activity === 'registerStack');
  if (link === undefined) throw new Error('The plan has no registration.');
  return link.input;
}

/** The written collections, in order. */
async function writesOf(server: Server, work: (cluster: CanaryCluster) => Promise<void>): Promise<string[]> {
  const cluster = server.cluster();
  const writes: string[] = [];
  await work({
    ...cluster,
    call: (service, request) => {
      const collection = request.path.split('/')[3] ?? '';
      if (request.method !== 'GET' && collection !== 'login') writes.push(collection);
      return cluster.call(service, request);
    },
  });
  return writes;
}

async function tokenOf(server: Server): Promise<string> {
  const { username, password } = credentials(server);
  return at((await logIn(server, username, password)).body, 'access_token') as string;
}

describeServer('zenml', (server) => {
  test('the server is active, detects Kubernetes and uses its own database', async () => {
    expect((await call(server(), 'GET', 'info')).body).toMatchObject({
      active: true,
      deployment_type: 'kubernetes',
      database_type: 'sqlite',
      secrets_store_type: 'sql',
      auth_scheme: 'OAUTH2_PASSWORD_BEARER',
      analytics_enabled: false,
    });
  });

  test('an active server cannot be activated again', async () => {
    const again = await call(server(), 'PUT', 'activate', undefined, {
      admin_username: 'mallory',
      admin_password: 'mallory-was-here',
    });
    expect(again).toMatchObject({
      status: 403,
      body: { detail: ['IllegalOperationError', expect.anything()] },
    });
    expect((await logIn(server(), 'mallory', 'mallory-was-here')).status).toBe(401);
  });

  test('a wrong password and a request without a token are rejected', async () => {
    expect((await logIn(server(), credentials(server()).username, 'wrong')).status).toBe(401);
    expect((await call(server(), 'GET', 'stacks')).status).toBe(401);
  });

  test('pages of another origin need a CSRF token', async () => {
    const { username, password } = credentials(server());
    const { body, headers } = await logIn(server(), username, password, { origin: 'http://localhost:8237' });
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const user = (csrf: Record<string, string>) =>
      server().send({
        method: 'GET',
        path: '/api/v1/current-user',
        host: 'localhost:8237',
        headers: { cookie, ...csrf },
      });
    expect((await user({})).status).toBe(401);
    expect((await user({ 'x-csrf-token': at(body, 'csrf_token') as string })).status).toBe(200);
  });

  test('the Python client logs in and lists the stacks', async () => {
    const listed = await runPython(server().bin, 'zenml_client.py', [], clientOf(server()));
    const { username } = credentials(server());
    expect(listed).toEqual({ user: username, is_admin: true, stacks: ['default'] });
  });

  test('secrets are encrypted in the database, and secrets and tokens survive a restart', async () => {
    const token = await tokenOf(server());
    const values = { key: 'a-secret-value' };
    const made = await call(server(), 'POST', 'secrets', token, { name: 'storage', values });
    expect(made.status).toBe(200);

    expect(await server().stop()).toBe(true);
    const database = readFileSync(join(server().sandbox.folder, DATABASE), 'latin1');
    expect(database).toContain('storage');
    // The format without an encryption key: Python's JSON in base64.
    expect(database).not.toContain(btoa('{"key": "a-secret-value"}'));

    await server().start();
    const read = await call(server(), 'GET', `secrets/${idOf(made)}`, token);
    expect(read).toMatchObject({ status: 200, body: { body: { values } } });
    await server().parts.workload.canary(server().cluster());
  });

  test('a repeated registration of a stack writes nothing', async () => {
    const { stack, registrations } = linkOf({ preset: 'llm' });
    const parts = registrations as ResolvedRegistration[];
    expect(await writesOf(server(), (cluster) => register(cluster, stack, parts))).toEqual([
      'secrets',
      ...parts.map(() => 'components'),
      ...['stacks', 'stacks', 'stacks'],
    ]);
    expect(await writesOf(server(), (cluster) => register(cluster, stack, parts))).toEqual([]);
  });

  test('the Python client can activate the stack and read its components', async () => {
    expect(await runPython(server().bin, 'zenml_stack.py', ['matcha-demo'], clientOf(server()))).toEqual({
      active: 'matcha-demo',
      flavors: {
        orchestrator: 'kubernetes',
        artifact_store: 'azure',
        container_registry: 'azure',
        image_builder: 'local',
        experiment_tracker: 'mlflow',
      },
      account: 'demostx1y2z',
      path: 'az://zenml',
      pod_env: expect.arrayContaining([
        { name: 'ZENML_STORE_URL', value: 'http://zenml.zenml.svc.cluster.local' },
      ]) as unknown,
      service_account: 'zenml-pipelines',
      tracker: expect.objectContaining({
        tracking_uri: 'http://mlflow.mlflow.svc.cluster.local:5000',
        tracking_token: 'none',
      }) as unknown,
    });
  });

  test('a changed stack is registered, and settings of other users are kept', async () => {
    const token = await tokenOf(server());
    const named = async (collection: string) =>
      at((await call(server(), 'GET', `${collection}?name=matcha-demo&hydrate=true`, token)).body, 'items');
    const ofType = async (type: string) =>
      ((await named('components')) as object[]).find((one) => at(one, 'body', 'type') === type);
    const orchestrator = await ofType('orchestrator');
    const before = at(orchestrator, 'metadata', 'configuration') as { pod_settings: { labels: object } };
    const labels = { ...before.pod_settings.labels, team: 'vision' };
    const tuned = { ...before, synchronous: false, pod_settings: { ...before.pod_settings, labels } };
    const path = `components/${at(orchestrator, 'id') as string}`;
    expect((await call(server(), 'PUT', path, token, { configuration: tuned })).status).toBe(200);

    const { registrations } = linkOf({
      components: ['registry', 'zenml', 'mlflow'],
      access: { kind: 'public', allowFrom: ['203.0.113.0/24'] },
    });
    const parts = registrations.map((one): ResolvedRegistration => {
      const { secret, ...part } = one;
      return {
        ...part,
        ...(secret && { secret: { account_name: 'other', username: 'ada', password: 'pw' } }),
      };
    });
    await register(server().cluster(), 'demo', parts);
    expect(await ofType('model_deployer')).toBeUndefined();
    expect(at(await ofType('orchestrator'), 'metadata', 'configuration')).toMatchObject({
      synchronous: false,
      pod_settings: { labels: { team: 'vision', 'azure.workload.identity/use': 'true' } },
    });
    expect(JSON.stringify(await ofType('orchestrator'))).not.toContain('CHROMA_HOST');
    expect(at(await ofType('experiment_tracker'), 'metadata', 'configuration')).toMatchObject({
      tracking_username: '{{matcha-demo-experiment-tracker.username}}',
    });
    expect(Object.keys(at(await named('stacks'), 0, 'metadata', 'components') as object).sort()).toEqual(
      parts.flatMap(({ type, place = 'cluster' }) => (place === 'cluster' ? [type] : [])).sort(),
    );
    expect(await writesOf(server(), (cluster) => register(cluster, 'demo', parts))).toEqual([]);

    await register(
      server().cluster(),
      'demo',
      linkOf({ preset: 'llm' }).registrations as ResolvedRegistration[],
    );
    const secrets = (await call(server(), 'GET', 'secrets?name=startswith:matcha-demo', token)).body;
    expect(at(secrets, 'total')).toBe(1);
  });

  test('an error of ZenML has its message without secret values', async () => {
    const parts: ResolvedRegistration[] = [
      { type: 'artifact_store', flavor: 'azure', configuration: { account: 'a-secret-value' } },
    ];
    const refused = await register(server().cluster(), 'other', parts).catch((error: unknown) => error);
    expect(String(refused)).toMatch(/Registering the artifact store: status 400, Invalid configuration keys/);
    const incomplete: ResolvedRegistration[] = [{ type: 'experiment_tracker', flavor: 'mlflow', configuration: { tracking_uri: 'http://mlflow', tracking_username: 'ada', tracking_password: 'a-secret-value', tracking_token: 'a-secret-value' } }]; // prettier-ignore
    const error = await register(server().cluster(), 'other', incomplete).catch((e: unknown) => e);
    expect(String(error)).toMatch(/status 422, .*requires exactly one authentication method/);
    expect(String(error)).not.toContain('a-secret-value');
  });
});
