import { afterAll, beforeAll, expect, test } from 'vitest';
import { AKS_AUDIENCE } from '../../local/azure/index.ts';
import type { Exchange } from '../../local/trace.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;
let exchanges: Exchange[] = [];

beforeAll(async () => {
  plane = await startPlane({ trace: (exchange) => void exchanges.push(exchange) });
  run = matcha(plane.url);
});
afterAll(() => plane.close());

const STACK = { location: 'uksouth', preset: 'llm' };
const PARTS = {
  orchestrator: 'kubernetes',
  artifact_store: 'azure',
  image_builder: 'local',
  container_registry: 'azure',
  experiment_tracker: 'mlflow',
};

interface Entity {
  id: string;
  name: string;
  body: { type: string; flavor_name: string };
  metadata: { configuration: Record<string, unknown>; components: Record<string, Entity[]> };
}

type Zenml = <T>(method: string, path: string, body?: object) => Promise<T>;

/** A client of ZenML's API with the credentials in the outputs. */
async function zenml(): Promise<Zenml> {
  const { pipeline } = (await plane.api('GET', '/stacks/demo/outputs?reveal=true')).body as {
    pipeline: Record<string, string>;
  };
  const cluster = plane.azure.inventory().find((id) => /managedclusters\/demo-k8s$/i.test(id)) ?? '';
  const { server } = plane.kubernetes.endpoint(cluster.toLowerCase());
  const token = await plane.azure.credential.getToken(`${AKS_AUDIENCE}/.default`);
  const call = (path: string, method: string, body: string | undefined, headers: Record<string, string>) =>
    fetch(`${server}/api/v1/namespaces/zenml/services/zenml:80/proxy/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token?.token ?? ''}`, ...headers },
      ...(body !== undefined && { body }),
    });
  const form = { username: pipeline['server-username'] ?? '', password: pipeline['server-password'] ?? '' };
  const login = await call('login', 'POST', new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
  const { access_token } = (await login.json()) as { access_token: string };
  return async <T>(method: string, path: string, body?: object) => {
    const headers = { cookie: `zenml-session=${access_token}`, 'content-type': 'application/json' };
    const answer = await call(path, method, body && JSON.stringify(body), headers);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}

const listed = async (call: Zenml, collection: string) =>
  (await call<{ items: Entity[] }>('GET', `${collection}?name=startswith:matcha-demo&hydrate=true`)).items;

/** The flavors of the components of a ZenML stack by type. */
async function parts(call: Zenml, name = 'matcha-demo') {
  const stack = (await listed(call, 'stacks')).find((one) => one.name === name);
  return Object.fromEntries(
    Object.entries(stack?.metadata.components ?? {}).map(([type, members]) => [
      type,
      members.map(({ body }) => body.flavor_name).join(),
    ]),
  );
}

/** The writes to ZenML since the last call. */
function writes(): string[] {
  const found = exchanges.flatMap(({ method, url }) => {
    const [, path = ''] = /\/zenml:80\/proxy\/api\/v1\/(.*)$/.exec(url) ?? [];
    return method !== 'GET' && /^(components|stacks|secrets)/.test(path)
      ? [`${method} ${path.split('/')[0] ?? ''}`]
      : [];
  });
  exchanges = [];
  return found;
}

test('a stack is registered in ZenML with the name in its outputs', async () => {
  const { state, steps } = await plane.provision('demo', STACK);
  expect(state).toBe('Succeeded');
  expect(steps.find(({ id }) => id === 'zenml-registration')).toMatchObject({
    state: 'done',
    title: 'ZenML stack',
  });
  const { pipeline } = (await plane.api('GET', '/stacks/demo/outputs')).body as Record<string, object>;
  expect(pipeline).toMatchObject({ 'stack-name': 'matcha-demo' });
  expect(await parts(await zenml())).toEqual(PARTS);
});

test('a second stack runs pipelines on the machine of the user, with the same artifact store', async () => {
  const call = await zenml();
  expect(await parts(call, 'matcha-demo-local')).toEqual({
    orchestrator: 'local',
    artifact_store: 'azure',
    experiment_tracker: 'mlflow',
  });
  const stacks = await listed(call, 'stacks');
  const stores = stacks.map(({ metadata }) => metadata.components['artifact_store']?.[0]?.id);
  expect(new Set(stores).size).toBe(1);
});

test('the registration configures the server and the storage for pods of pipelines', async () => {
  const components = (await listed(await zenml(), 'components')).filter(({ name }) => name === 'matcha-demo');
  const configured = Object.fromEntries(
    components.map(({ body, metadata }) => [body.type, metadata.configuration]),
  );
  expect(configured).toMatchObject({
    orchestrator: {
      kubernetes_context: 'demo-k8s',
      kubernetes_namespace: 'matcha-pipelines',
      service_account_name: 'zenml-pipelines',
      ttl_seconds_after_finished: 86_400,
      pod_settings: {
        labels: { 'azure.workload.identity/use': 'true' },
        env: expect.arrayContaining([
          { name: 'ZENML_STORE_URL', value: 'http://zenml.zenml.svc.cluster.local' },
          { name: 'MLFLOW_TRACKING_URI', value: 'http://mlflow.mlflow.svc.cluster.local:5000' },
        ]) as unknown,
      },
    },
    artifact_store: { authentication_secret: 'matcha-demo-artifact-store' },
    experiment_tracker: { tracking_uri: 'http://mlflow.mlflow.svc.cluster.local:5000' },
  });
});

test('a repeated provision writes nothing to ZenML', async () => {
  writes();
  expect((await plane.provision('demo', { ...STACK, tags: { round: '1' } })).state).toBe('Succeeded');
  expect(writes()).toEqual([]);
});

test('provision repairs changed and deleted registrations and keeps foreign components', async () => {
  const call = await zenml();
  const stacks = (await listed(call, 'stacks')).filter(({ name }) => name !== 'matcha-demo-local');
  const components = (await listed(call, 'components')).filter(({ name }) => name === 'matcha-demo');
  const find = (type: string) => components.find(({ body }) => body.type === type)?.id ?? '';
  for (const { id } of stacks) await call('DELETE', `stacks/${id}`);
  await call('DELETE', `components/${find('experiment_tracker')}`);
  await call('PUT', `components/${find('container_registry')}`, {
    configuration: { uri: 'other.azurecr.io' },
  });
  await call('POST', 'components', {
    name: 'mine',
    type: 'image_builder',
    flavor: 'local',
    configuration: {},
  });
  writes();

  expect((await plane.provision('demo', { ...STACK, tags: { round: '2' } })).state).toBe('Succeeded');
  expect(writes()).toEqual(['PUT components', 'POST components', 'POST stacks', 'POST stacks']);
  expect(await parts(call)).toEqual(PARTS);
  expect((await call<{ total: number }>('GET', 'components?name=mine')).total).toBe(1);
});

test('settings of users and what Matcha no longer wants', async () => {
  const call = await zenml();
  const orchestrator = async () =>
    (await listed(call, 'components')).find(
      ({ name, body }) => name === 'matcha-demo' && body.type === 'orchestrator',
    );
  const { id = '', metadata } = (await orchestrator()) ?? {};
  const { pod_settings } = metadata?.configuration as Record<string, { env: object[]; labels: object }>;
  const mine = { name: 'MINE', value: '1' };
  const changed = {
    ...pod_settings,
    env: [...(pod_settings?.env ?? []), mine],
    labels: { ...pod_settings?.labels, team: 'vision' },
    resources: { limits: { memory: '32Gi' } },
  };
  await call('PUT', `components/${id}`, {
    configuration: { ...metadata?.configuration, pod_settings: changed },
  });
  const { location } = STACK;
  const without = await plane.provision('demo', { location, preset: 'default' }, { allowRemoval: true });
  expect(without.problem).toBeUndefined();

  const now = (await orchestrator())?.metadata.configuration['pod_settings'] as { env: { name: string }[] };
  expect(now).toMatchObject({
    labels: { 'azure.workload.identity/use': 'true', team: 'vision' },
    resources: { limits: { memory: '32Gi' }, requests: { memory: '1Gi' } },
  });
  expect(now.env).toContainEqual(mine);
  expect(now.env.map(({ name }) => name)).not.toContain('CHROMA_HOST');
  expect((await plane.provision('demo', STACK)).problem).toBeUndefined();
});

test('the registration of a component is removed and added with the component', async () => {
  const serving = { ...PARTS, model_deployer: 'seldon' };
  const call = await zenml();
  expect(await parts(call, 'matcha-demo-serving')).toEqual(serving);
  expect((await run('stack', 'remove', 'seldon', '--stack', 'demo', '--yes')).code).toBe(0);
  expect(await parts(call, 'matcha-demo-serving')).toEqual({});
  expect((await listed(call, 'components')).map(({ body }) => body.type)).not.toContain('model_deployer');

  expect((await run('stack', 'add', 'seldon', '--stack', 'demo', '--yes')).code).toBe(0);
  expect(await parts(call, 'matcha-demo-serving')).toEqual(serving);
});

const REDUCED = { location: 'uksouth', components: ['registry', 'zenml', 'mlflow'] };

test('a component that another ZenML stack uses is kept and reported', async () => {
  const call = await zenml();
  const own = (await listed(call, 'components')).filter(({ name }) => name !== 'matcha-demo-local');
  const ids = Object.fromEntries(own.map(({ id, body }) => [body.type, [id]]));
  const mine = await call<Entity>('POST', 'stacks', { name: 'my-own', components: ids });
  const operation = await plane.provision('demo', REDUCED, { allowRemoval: true });
  expect(operation.problem).toMatchObject({
    code: 'REGISTRATION_FAILED',
    cause: expect.stringMatching(
      /Removing the model deployer: status 403, .*make sure to remove it/,
    ) as unknown,
  });
  expect((await plane.stack('demo')).phase).toBe('Degraded');

  await call('DELETE', `stacks/${mine.id}`);
  const again = await plane.provision('demo', REDUCED, { allowRemoval: true });
  expect(again.problem).toBeUndefined();
  expect((await plane.stack('demo')).phase).toBe('Ready');
});

test('ZenML has the credentials of MLflow only while MLflow requires them', async () => {
  const components = ['registry', 'zenml', 'mlflow'];
  const access = { kind: 'public', allowFrom: ['203.0.113.0/24'] };
  expect((await plane.provision('demo', { ...STACK, components, access })).problem).toBeUndefined();
  const call = await zenml();
  const secrets = await listed(call, 'secrets');
  const { id = '' } = secrets.find(({ name }) => name === 'matcha-demo-experiment-tracker') ?? {};
  expect(await call('GET', `secrets/${id}`)).toMatchObject({
    body: { values: { username: 'admin', password: expect.stringMatching(/^\w{24}$/) as unknown } },
  });

  const back = await plane.provision('demo', { ...STACK, components, access: { kind: 'private' } });
  expect(back.problem).toBeUndefined();
  expect((await listed(call, 'secrets')).map(({ name }) => name)).toEqual(['matcha-demo-artifact-store']);
});
