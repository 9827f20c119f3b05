import { expect, test } from 'vitest';
import type { Answer } from '../../helpers/kubernetes-client.ts';
import { claim, deployment, eventually, isAvailable, namespace, service, startCluster } from './harness.ts';
import type { Harness } from './harness.ts';

interface Tool {
  image: string;
  port: number;
  container?: object;
}

const ZENML: Tool = { image: 'zenmldocker/zenml-server:0.96.4', port: 8080 };
const MLFLOW: Tool = { image: 'ghcr.io/mlflow/mlflow:v3.17.0-full', port: 5000 };
const CHROMA: Tool = { image: 'chromadb/chroma:1.5.9', port: 8000 };

const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'tool' } }];
const proxy = (path: string, port = '') => `/api/v1/namespaces/team/services/tool${port}/proxy${path}`;

async function run(tool: Tool, harness?: Harness): Promise<Harness> {
  const started = harness ?? (await startCluster());
  await started.apply(namespace('team'));
  await started.apply(claim('tool'));
  await started.apply(service('tool', tool.port));
  await started.apply(
    deployment('tool', { image: tool.image, container: tool.container ?? {}, pod: { volumes } }),
  );
  await eventually(started.clock, () => started.read('apps/v1', 'Deployment', 'tool', 'team'), isAvailable);
  return started;
}

const jsonOf = async <T>(response: Promise<Answer>, read: (body: Record<string, unknown>) => T): Promise<T> =>
  read((await (await response).json()) as Record<string, unknown>);

test('a request must specify a named port by its name or number', async () => {
  const { apply, call } = await run(MLFLOW);
  await apply({
    ...service('tool', 5000),
    spec: { ...service('tool', 5000).spec, ports: [{ name: 'http', port: 5000 }] },
  });
  const ask = async (port: string) => (await call('GET', proxy('/health', port))).status;
  expect([await ask(''), await ask(':http'), await ask(':5000'), await ask(':81')]).toEqual([
    503, 200, 200, 503,
  ]);
});

test('a real process takes the place of a stand-in, and 503 is the answer while it is away', async () => {
  const { call, kubernetes } = await run(MLFLOW);
  let isUp = true;
  kubernetes.runProcess(/mlflow/, ({ method, path, query, host }) =>
    isUp
      ? Promise.resolve({ status: 418, body: { method, path, query: query.toString(), host } })
      : Promise.reject(new Error('connection refused')),
  );
  const answer = await call('GET', proxy('/health?deep=1'));
  expect([answer.status, await answer.json()]).toEqual([
    418,
    {
      method: 'GET',
      path: '/health',
      query: 'deep=1',
      host: expect.stringMatching(/^10\..*:5000$/) as string,
    },
  ]);
  isUp = false;
  expect((await call('GET', proxy('/health'))).status).toBe(503);
});

test('the stand-in of MLflow keeps runs and artifacts across a restart until its namespace is deleted', async () => {
  const harness = await run(MLFLOW);
  const mlflow = (path: string) => proxy(`/api/2.0/mlflow/${path}`);
  const post = (path: string, body: object) => harness.call('POST', mlflow(path), body);
  expect(await (await harness.call('GET', proxy('/version'))).text()).toBe('3.17.0');
  const experiment = await jsonOf(
    post('experiments/create', { name: 'canary' }),
    ({ experiment_id }) => experiment_id,
  );
  const again = await post('experiments/create', { name: 'canary' });
  expect([again.status, await again.json()]).toEqual([
    400,
    expect.objectContaining({ error_code: 'RESOURCE_ALREADY_EXISTS' }),
  ]);
  const run_id = await jsonOf(
    post('runs/create', { experiment_id: experiment }),
    ({ run }) => (run as { info: { run_id: string } }).info.run_id,
  );
  await post('runs/log-metric', { run_id, key: 'accuracy', value: 0.9, timestamp: 1 });
  await post('runs/log-parameter', { run_id, key: 'depth', value: '3' });
  expect((await post('runs/log-parameter', { run_id, key: 'depth', value: '4' })).status).toBe(400);
  const file = proxy('/api/2.0/mlflow-artifacts/artifacts/1/model/weights.bin');
  await harness.call('PUT', file, Buffer.from([0, 1, 255]), { 'content-type': 'application/octet-stream' });

  await harness.kubernetes.close();
  const restarted = await startCluster(harness.documents, harness.clock);
  const found = await restarted.call('GET', mlflow(`runs/get?run_id=${run_id}`));
  expect(await found.json()).toMatchObject({
    run: { data: { metrics: [{ key: 'accuracy', value: 0.9 }], params: [{ key: 'depth', value: '3' }] } },
  });
  expect(Buffer.from(await (await restarted.call('GET', file)).arrayBuffer())).toEqual(
    Buffer.from([0, 1, 255]),
  );

  await restarted.api.delete(namespace('team'));
  await eventually(
    restarted.clock,
    () => restarted.call('GET', '/api/v1/namespaces/team'),
    ({ status }) => status === 404,
  );
  await run(MLFLOW, restarted);
  expect((await restarted.call('GET', file)).status).toBe(404);
});

test('the stand-in of MLflow with basic-auth rejects proxied requests, which have no Authorization header', async () => {
  const { call } = await run({
    ...MLFLOW,
    container: { args: ['mlflow', 'server', '--app-name', 'basic-auth'] },
  });
  expect((await call('GET', proxy('/health'))).status).toBe(200);
  expect((await call('POST', proxy('/api/2.0/mlflow/experiments/search'), {})).status).toBe(401);
});

test('the stand-in of MLflow rejects hosts that are not allowed', async () => {
  const env = [{ name: 'MLFLOW_SERVER_ALLOWED_HOSTS', value: 'mlflow.example.com' }];
  const { call } = await run({ ...MLFLOW, container: { env } });
  expect((await call('POST', proxy('/api/2.0/mlflow/experiments/search'), {})).status).toBe(403);
});

test('the stand-in of ZenML supports activation, login, components and stacks', async () => {
  const { call } = await run(ZENML);
  const admin = { admin_username: 'admin', admin_password: 'geheim' };
  expect(await jsonOf(call('GET', proxy('/api/v1/info')), (info) => info)).toMatchObject({
    active: false,
    version: '0.96.4',
  });
  expect((await call('PUT', proxy('/api/v1/activate'), admin)).status).toBe(200);
  expect((await call('PUT', proxy('/api/v1/activate'), admin)).status).toBe(403);
  expect((await call('GET', proxy('/api/v1/components'))).status).toBe(401);

  const logIn = (password: string) =>
    call('POST', proxy('/api/v1/login'), new URLSearchParams({ username: 'admin', password }).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
  expect((await logIn('wrong')).status).toBe(401);
  const cookie = (await logIn('geheim')).headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const api = (method: string, path: string, body?: object) =>
    call(method, proxy(`/api/v1/${path}`), body, { cookie });
  expect(await jsonOf(api('GET', 'current-user'), ({ name }) => name)).toBe('admin');

  const registered = (type: string, flavor: string, configuration: object, name = 'demo') =>
    api('POST', 'components', { name, type, flavor, configuration });
  const idOf = (response: Promise<Answer>) => jsonOf(response, ({ id }) => String(id));
  const tracker = await idOf(
    registered('experiment_tracker', 'mlflow', { tracking_uri: 'http://m', tracking_token: 'none' }),
  );
  const store = await idOf(registered('artifact_store', 'azure', { path: 'az://zenml' }));
  const orchestrator = await idOf(registered('orchestrator', 'kubernetes', { kubernetes_context: 'demo' }));
  expect((await registered('artifact_store', 'azure', { path: 'az://zenml' })).status).toBe(409);

  for (const [status, error, type, flavor, configuration] of [
    [404, 'KeyError', 'artifact_store', 'floppy', {}],
    [400, 'ValueError', 'artifact_store', 'azure', { path: 'az://zenml', account: 'demo' }],
    [422, 'ValueError', 'artifact_store', 'azure', {}],
    [500, 'RuntimeError', 'artifact_store', 'azure', { path: 's3://zenml' }],
    [422, 'ValueError', 'model_deployer', 'seldon', { base_url: 'http://models' }],
    [422, 'ValueError', 'experiment_tracker', 'mlflow', { tracking_uri: 'http://m' }],
    [
      404,
      'KeyError',
      'experiment_tracker',
      'mlflow',
      { tracking_uri: 'http://m', tracking_token: '{{none.token}}' },
    ],
  ] as const) {
    const rejected = await registered(type, flavor, configuration, 'other');
    expect([rejected.status, ((await rejected.json()) as { detail: string[] }).detail[0]]).toEqual([
      status,
      error,
    ]);
  }

  const members = { orchestrator: [orchestrator], artifact_store: [store], experiment_tracker: [tracker] };
  expect(
    (await api('POST', 'stacks', { name: 'demo', components: { orchestrator: [orchestrator] } })).status,
  ).toBe(422);
  const stack = await idOf(api('POST', 'stacks', { name: 'demo', components: members }));
  expect(await jsonOf(api('GET', 'stacks?name=demo&hydrate=true'), (page) => page)).toMatchObject({
    total: 1,
    items: [
      {
        name: 'demo',
        metadata: { components: { experiment_tracker: [{ name: 'demo', body: { flavor_name: 'mlflow' } }] } },
      },
    ],
  });
  expect((await api('DELETE', `components/${tracker}`)).status).toBe(403);
  expect((await api('DELETE', `stacks/${stack}`)).status).toBe(200);
  expect((await api('DELETE', `components/${tracker}`)).status).toBe(200);
});

test('the stand-in of Chroma finds the nearest embedding', async () => {
  const { call } = await run(CHROMA);
  const chroma = (method: string, path: string, body?: object) =>
    call(method, proxy(`/api/v2/tenants/default_tenant/databases/default_database/collections${path}`), body);
  expect((await call('GET', proxy('/api/v2/heartbeat'))).status).toBe(200);
  expect((await call('GET', proxy('/api/v1/heartbeat'))).status).toBe(410);
  expect((await chroma('POST', '', { name: 'a' })).status).toBe(400);
  const id = String(await jsonOf(chroma('POST', '', { name: 'canary' }), (created) => created['id']));
  expect((await chroma('POST', '', { name: 'canary' })).status).toBe(409);
  expect(
    await jsonOf(chroma('POST', '', { name: 'canary', get_or_create: true }), (same) => same['id']),
  ).toBe(id);
  const added = await chroma('POST', `/${id}/add`, {
    ids: ['a', 'b'],
    embeddings: [
      [0, 0],
      [3, 4],
    ],
    documents: ['near', 'far'],
  });
  expect(added.status).toBe(201);
  expect(await (await chroma('GET', `/${id}/count`)).json()).toBe(2);
  const query = { query_embeddings: [[0, 1]], n_results: 2 };
  expect(await jsonOf(chroma('POST', `/${id}/query`, query), (found) => found)).toMatchObject({
    ids: [['a', 'b']],
    distances: [[1, 18]],
    documents: [['near', 'far']],
  });
  expect((await chroma('POST', `/${id}/query`, { query_embeddings: [[1]] })).status).toBe(400);
  expect((await chroma('DELETE', '/canary')).status).toBe(200);
  expect((await chroma('GET', '/canary')).status).toBe(404);
});
