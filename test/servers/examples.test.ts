import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { promisify } from 'node:util';
import { at, listAt } from '../../lib/components/canary.ts';
import { matcha } from '../helpers/cli.ts';
import { startMatcha } from '../helpers/running-command.ts';
import { STACK_TIMEOUT, startStack, type Stack } from './stack.ts';

const python = inject('python');
const IMAGE = 'demoacr.azurecr.io/pipelines:test';

describe.skipIf('skip' in python)('examples on a stack with real tools', { timeout: 600_000 }, () => {
  let stack: Stack<'zenml' | 'mlflow' | 'evidently' | 'chroma'>;
  let folder: string;
  let variables: Record<string, string>;

  beforeAll(async () => {
    if ('skip' in python) return;
    folder = mkdtempSync(join(tmpdir(), 'matcha-examples-'));
    // A copy, because Python writes caches there.
    cpSync('examples', folder, { recursive: true });
    stack = await startStack(['zenml', 'mlflow', 'evidently', 'chroma']);
    variables = {
      ...(await stack.user(folder)),
      PATH: `${python.pipelines}:${process.env['PATH'] ?? ''}`,
    };
  }, STACK_TIMEOUT);
  afterAll(() => stack.remove());

  /** Runs a command as `matcha connect demo -- ...`, and returns what it prints. */
  async function connected(...command: string[]): Promise<string> {
    const run = matcha(stack.url, undefined, variables);
    const { code, stdout, stderr } = await run('connect', 'demo', '--', ...command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stdout}\n${stderr}`);
    return stdout;
  }

  /** Runs commands in a shell with the variables of `matcha env`. */
  async function inShell(...commands: string[]): Promise<string> {
    const lines = [
      `matcha() { '${process.execPath}' '${inject('command')}' "$@"; }`,
      'eval "$(matcha env demo --show-sensitive)"',
      ...commands,
    ];
    const env = { ...process.env, ...variables, MATCHA_URL: stack.url };
    return (await promisify(execFile)('bash', ['-ec', lines.join('\n')], { cwd: folder, env })).stdout;
  }

  const file = (...path: string[]) => join(folder, ...path);

  /** The body of the response of a server. */
  async function read(tool: 'mlflow' | 'evidently' | 'chroma', path: string, body?: unknown) {
    const host = { mlflow: 'mlflow.mlflow.svc.cluster.local:5000', evidently: 'x', chroma: 'x' }[tool];
    const method = body === undefined ? 'GET' : 'POST';
    return (await stack.servers[tool].send({ method, path, host, body })).body;
  }

  /** The runs of an experiment in MLflow, newest first: their state, values and files. */
  async function runs(experiment: string) {
    const api = '/api/2.0/mlflow';
    const found = await read('mlflow', `${api}/experiments/get-by-name?experiment_name=${experiment}`);
    const id = at(found, 'experiment', 'experiment_id');
    const list = listAt(await read('mlflow', `${api}/runs/search`, { experiment_ids: [id] }), 'runs');
    return Promise.all(
      list.map(async (run) => {
        const files = await read(
          'mlflow',
          `${api}/artifacts/list?run_id=${String(at(run, 'info', 'run_id'))}`,
        );
        return {
          status: at(run, 'info', 'status'),
          params: valuesOf(run, 'params'),
          metrics: valuesOf(run, 'metrics'),
          files: listAt(files, 'files').map((each) => at(each, 'path')),
        };
      }),
    );
  }

  const valuesOf = (run: unknown, kind: string) =>
    Object.fromEntries(
      listAt(run, 'data', kind).map((each) => [at(each, 'key') as string, at(each, 'value')]),
    );

  test('recommendation: a model is trained, better than the mean, registered and used', async () => {
    const printed = await connected('python', file('recommendation/run.py'));
    expect(printed).toContain('Model: models:/film-recommender/1\n');

    const [run] = await runs('recommendation');
    expect(run).toMatchObject({
      status: 'FINISHED',
      params: { factors: '4', rounds: '15', ratings: '8000' },
      metrics: { drifted_columns: 1 },
      files: [],
    });
    expect(run?.metrics['rmse']).toBeLessThan(0.75 * Number(run?.metrics['rmse_of_baseline']));
    expect(await stack.storage.list('zenml')).toContainEqual(expect.stringMatching(/^train\/predicted\//));
    expect(await stack.storage.list('mlflow')).toContainEqual(expect.stringMatching(/\/python_model\.pkl$/));

    // The viewer likes drama most.
    const films = await connected('python', file('recommendation/recommend.py'), '7');
    expect(films.match(/^film \d+, /gm)).toHaveLength(5);
    expect(films.match(/, drama$/gm)?.length).toBeGreaterThanOrEqual(3);

    const [, project = '', report = ''] =
      /^Drift report: http:\/\/localhost:8240\/projects\/(\S+)\/reports\/(\S+)$/m.exec(printed) ?? [];
    expect(await read('evidently', `/api/projects/${project}/info`)).toMatchObject({
      name: 'recommendation',
    });
    const reports = await read('evidently', `/api/projects/${project}/reports`);
    expect(listAt(reports).map((each) => at(each, 'id'))).toEqual([report]);
  });

  test('recommendation runs again, with the drift report in MLflow when there is no Evidently', async () => {
    const printed = await connected('env', '-u', 'EVIDENTLY_URL', 'python', file('recommendation/run.py'));
    expect(printed).toContain('Model: models:/film-recommender/2\n');
    expect(printed).toMatch(/^Drift report: mlflow-artifacts:\S+\/drift\.html$/m);
    const [again, first] = await runs('recommendation');
    expect(again).toMatchObject({ status: 'FINISHED', metrics: first?.metrics, files: ['drift.html'] });
  });

  test('recommendation is submitted to the cluster with an image', async () => {
    expect(await connected('python', file('recommendation/run.py'), '--image', IMAGE)).toContain(
      'runs in the cluster.',
    );
    const jobs = stack
      .objects()
      .filter(({ kind, metadata }) => kind === 'Job' && metadata.namespace === 'matcha-pipelines');
    const images = jobs.map((job) => at(job, 'spec', 'template', 'spec', 'containers', 0, 'image'));
    expect(images).toContain(IMAGE);
  });

  test('rag: passages are indexed, and a question finds the right one', async () => {
    expect(await connected('python', file('rag/run.py'))).toContain('Index: handbook-1 in Chroma\n');
    const [run] = await runs('indexing');
    expect(run).toMatchObject({ status: 'FINISHED', params: { passages: '36' } });
    expect(run?.metrics['mean_reciprocal_rank']).toBeGreaterThan(0.9);
    const found = await connected('python', file('rag/query.py'), 'Can customers return opened tins?');
    expect(found.split('\n')[0]).toMatch(/^0\.\d\d {2}Returns$/);
    expect(found).toContain('return unopened tins within thirty days');
  });

  test('rag runs again in a shell with the variables of matcha env, and the new index replaces the old one', async () => {
    const forwards = startMatcha(stack.url, 'connect', 'demo');
    await forwards.says('is connected');
    const printed = await inShell(
      `python '${file('rag/run.py')}'`,
      `python '${file('rag/query.py')}' 'What do silver needles need?'`,
    );
    expect(printed).toContain('Index: handbook-2 in Chroma\n');
    expect(printed).toMatch(/^0\.\d\d {2}Steeping white tea$/m);
    expect(await forwards.end()).toBe(0);

    const collections = '/api/v2/tenants/default_tenant/databases/default_database/collections';
    const names = listAt(await read('chroma', collections)).map((each) => at(each, 'name'));
    expect(names.filter((name) => String(name).startsWith('handbook'))).toEqual(['handbook-2']);
  });
});
