import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventList } from '../../lib/api/stack.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { clustersOf } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { catalogueWithFreePorts } from '../helpers/free-ports.ts';
import { startMatcha, type RunningCommand } from '../helpers/running-command.ts';

let plane: TestPlane;
let ports: Record<string, number>;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  const { catalogue, ports: chosen } = await catalogueWithFreePorts();
  ports = chosen;
  plane = await startPlane({ catalogue });
  run = matcha(plane.url);
  await plane.provision('demo', { location: 'uksouth', preset: 'llm' });
});
afterAll(() => plane.close());

const connected = async (...words: string[]): Promise<RunningCommand> => {
  const command = startMatcha(plane.url, 'connect', ...words);
  await command.says('is connected');
  return command;
};

const at = (tool: string, path: string) => `http://127.0.0.1:${ports[tool] ?? 0}${path}`;

/** The status of a request through a forwarded port; the reason when there is no answer. */
const statusAt = (tool: string, path: string): Promise<number | string> =>
  fetch(at(tool, path), { signal: AbortSignal.timeout(5000), headers: { connection: 'close' } }).then(
    ({ status }) => status,
    (error: unknown) => String((error as Error).cause ?? error),
  );

const issued = async () => {
  const { events } = (await plane.api('GET', '/stacks/demo/events')).body as EventList;
  return events.filter(({ kind }) => kind === 'credentials.issued');
};

test('the tools answer at their local ports until Ctrl-C', async () => {
  const command = await connected('demo');
  const info = await (await fetch(at('zenml', '/api/v1/info'))).json();
  expect(info).toMatchObject({ active: true });
  expect(await statusAt('mlflow', '/health')).toBe(200);
  expect(await statusAt('chroma', '/api/v2/heartbeat')).toBe(200);
  for (const tool of ['zenml', 'mlflow', 'chroma'])
    expect(command.stdout()).toContain(`http://localhost:${ports[tool] ?? 0}`);

  expect(await command.end('SIGINT')).toBe(0);
  expect(command.stderr()).toBe('demo is disconnected.\n');
  expect(await statusAt('mlflow', '/health')).toMatch(/ECONNREFUSED/);
});

test('a model answers below its name, at the local port of all models', async () => {
  // The verification leaves the model that it serves.
  await plane.settled('demo');
  const namespace = 'matcha-seldon-workloads';
  const path = `/apis/machinelearning.seldon.io/v1/namespaces/${namespace}/seldondeployments/flowers`;
  const graph = {
    name: 'classifier',
    implementation: 'SKLEARN_SERVER',
    modelUri: 'az:zenml/matcha-verification',
  };
  const pods = { metadata: { labels: { 'azure.workload.identity/use': 'true' } }, spec: { containers: [] } };
  await clustersOf(plane).apply('demo', path, {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'flowers', namespace },
    spec: { protocol: 'v2', predictors: [{ name: 'default', graph, componentSpecs: [pods] }] },
  });
  const command = await connected('demo');
  expect(command.stdout()).toContain(`http://localhost:${ports['seldon'] ?? 0}/seldon/${namespace}/NAME/`);

  const inputs = [{ name: 'predict', shape: [1, 4], datatype: 'FP64', data: [5.1, 3.5, 1.4, 0.2] }];
  const ask = async (name: string) => {
    const url = at('seldon', `/seldon/${namespace}/${name}/v2/models/classifier/infer`);
    const body = JSON.stringify({ inputs });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, body: (await response.json()) as object };
  };
  await expect.poll(async () => (await ask('flowers')).status, { timeout: 60_000, interval: 200 }).toBe(200);
  expect((await ask('flowers')).body).toMatchObject({ outputs: [{ data: [expect.any(Number) as number] }] });
  expect(await ask('roses')).toEqual({
    status: 502,
    body: { message: `roses: There is no model with this name in ${namespace}.` },
  });
  expect(await statusAt('seldon', '/seldon/kube-system/flowers/')).toBe(404);
  const foreign = await new Promise<number | undefined>((resolve, reject) => {
    get(at('seldon', `/seldon/${namespace}/flowers/`), { headers: { host: 'evil.example' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
  expect(foreign).toBe(421);
  expect(await command.end('SIGINT')).toBe(0);
});

test('a request with a large body arrives whole', async () => {
  const command = await connected('demo');
  const api = '/api/v2/tenants/default_tenant/databases/default_database/collections';
  const headers = { 'content-type': 'application/json' };
  const send = async (path: string, body: unknown) =>
    (await fetch(at('chroma', path), { method: 'POST', headers, body: JSON.stringify(body) })).json();
  const { id } = (await send(api, { name: 'large', get_or_create: true })) as { id: string };
  const ids = Array.from({ length: 3000 }, (_, index) => `vector-${index}-${'x'.repeat(100)}`);
  await send(`${api}/${id}/upsert`, { ids, embeddings: ids.map((_, index) => [index, 1, 2]) });
  const found = (await send(`${api}/${id}/get`, { ids, include: [] })) as { ids: string[] };
  expect(found.ids.toSorted()).toEqual(ids.toSorted());
  expect(await command.end()).toBe(0);
});

test('one command runs with the variables that sign in, and its exit code is that of the command', async () => {
  const script = 'console.log(JSON.stringify(process.env)); process.exit(7)';
  const { code, stdout, stderr } = await run('connect', 'demo', '--', process.execPath, '-e', script);
  expect({ code, stderr }).toEqual({ code: 7, stderr: '' });
  const shown = JSON.parse((await run('env', 'demo', '--show-sensitive', '--json')).stdout) as object;
  expect(JSON.parse(stdout)).toMatchObject(shown);
  expect(Object.keys(shown)).toContain('ZENML_STORE_PASSWORD');
});

test('a signal is passed on to the command', async () => {
  const script = `process.on('SIGTERM', () => process.exit(9)); console.log('is up'); setInterval(() => {}, 1000)`;
  const command = startMatcha(plane.url, 'connect', 'demo', '--', process.execPath, '-e', script);
  await command.says('is up');
  expect(await command.end('SIGTERM')).toBe(9);
});

test('a command that is missing, or without the dashes, is an error', async () => {
  expect(await run('connect', 'demo', '--', 'no-such-command')).toMatchObject({ code: 127 });
  const { code, stderr } = await run('connect', 'demo', 'zenml', 'stack', 'list');
  expect(code).toBe(2);
  expect(stderr).toContain('A command to run follows after `--`');
});

test('a port that is in use is named', async () => {
  const other = createServer().listen(ports['mlflow'], '127.0.0.1');
  await once(other, 'listening');
  const { code, stderr } = await run('connect', 'demo');
  expect(code).toBe(1);
  expect(stderr).toContain(`Port ${ports['mlflow'] ?? 0}, which MLflow needs, is in use`);
  expect(await statusAt('zenml', '/health')).toMatch(/ECONNREFUSED/);
  other.close();
});

test('a pod that is replaced is found again', async () => {
  const command = await connected('demo');
  expect(await statusAt('mlflow', '/health')).toBe(200);
  const { objects, kubectl } = clustersOf(plane);
  const podsOfMlflow = () =>
    objects('demo')
      .filter(({ kind, metadata }) => kind === 'Pod' && metadata.namespace === 'mlflow')
      .map(({ metadata }) => metadata.name);
  const [before = ''] = podsOfMlflow();
  await kubectl('demo', 'DELETE', `/api/v1/namespaces/mlflow/pods/${before}`);
  await expect.poll(() => statusAt('mlflow', '/health'), { timeout: 20_000 }).toBe(200);
  expect(podsOfMlflow()).not.toContain(before);
  expect(await command.end()).toBe(0);
});

test('a token that has ended is renewed', async () => {
  const command = await connected('demo');
  const before = (await issued()).length;
  // An hour of the simulated clock.
  await expect
    .poll(async () => [await statusAt('zenml', '/health'), (await issued()).length > before], {
      timeout: 60_000,
      interval: 200,
    })
    .toEqual([200, true]);
  expect(await command.end()).toBe(0);
  expect(command.stderr()).toBe('demo is disconnected.\n');
});

test('a stack that hibernates and wakes is reached at its new address', async () => {
  const command = await connected('demo');
  const { body: hibernation } = await plane.api('POST', '/stacks/demo/hibernate');
  await plane.ended((hibernation as { id: string }).id);
  expect(await statusAt('mlflow', '/health')).toMatch(/ECONNRESET|closed/);
  await command.says(/MLflow: demo is hibernated\. Wake it first\./);
  expect(await run('connect', 'demo')).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/demo is hibernated[\s\S]*matcha wake demo/) as string,
  });
  const { body: wake } = await plane.api('POST', '/stacks/demo/wake');
  await plane.ended((wake as { id: string }).id);
  await expect.poll(() => statusAt('mlflow', '/health'), { timeout: 20_000 }).toBe(200);
  expect(await command.end()).toBe(0);
});
