import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import { SCRIPT } from '../../lib/components/zenml/verification-script.ts';
import { matcha } from '../helpers/cli.ts';
import {
  expectPipelineJob,
  expectPipelinePod,
  type PipelineJob,
  type PipelinePod,
} from '../helpers/pipeline-pod.ts';
import { STACK_TIMEOUT, startStack, type Stack } from './stack.ts';

const python = inject('python');
const FOLDER = import.meta.dirname;
const IMAGE = 'demoacr.azurecr.io/pipelines:test';
const TOOLS = {
  ZENML_STORE_URL: 'http://zenml.zenml.svc.cluster.local',
  MLFLOW_TRACKING_URI: 'http://mlflow.mlflow.svc.cluster.local:5000',
  EVIDENTLY_URL: 'http://evidently.evidently.svc.cluster.local:8000',
};

describe.skipIf('skip' in python)('pipelines on a stack with real tools', { timeout: 300_000 }, () => {
  let stack: Stack<'zenml' | 'mlflow' | 'evidently'>;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'matcha-pipelines-'));
    stack = await startStack(['zenml', 'mlflow', 'evidently']);
  }, STACK_TIMEOUT);
  afterAll(() => stack.remove());

  /** Runs a program as a member does, connected to the stack and signed in to Azure, with a token to submit pipelines. */
  async function run(program: string, args: string[], environment: Record<string, string> = {}) {
    const bin = 'skip' in python ? '' : python.pipelines;
    const command = matcha(stack.url, undefined, { ...(await stack.user(folder)), ...environment });
    const { code, stdout, stderr } = await command(
      ...['connect', 'demo', '--', join(bin, 'python'), resolve(FOLDER, program), ...args],
    );
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${stdout}\n${stderr}`);
    return { stdout, stderr };
  }

  /** Runs a program of this folder, and returns what it prints as JSON. */
  async function connected(program: string, ...args: string[]): Promise<unknown> {
    const { stdout, stderr } = await run(program, args);
    return { ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object), stderr };
  }

  const mlflow = async (method: string, path: string, body?: unknown) => {
    const host = 'mlflow.mlflow.svc.cluster.local:5000';
    return (await stack.servers.mlflow.send({ method, path: `/api/2.0/mlflow/${path}`, host, body })).body;
  };

  test('a pipeline runs on a laptop, with its run, metrics and model in MLflow', async () => {
    const ended = await connected('pipeline.py', 'matcha-demo-local');
    expect(ended).toMatchObject({ status: 'completed', artifact: expect.stringMatching(/^az:/) as unknown });

    const { experiment } = (await mlflow('GET', 'experiments/get-by-name?experiment_name=training')) as {
      experiment: { experiment_id: string };
    };
    const found = await mlflow('POST', 'runs/search', { experiment_ids: [experiment.experiment_id] });
    expect(at(found, 'runs', 0)).toMatchObject({
      info: { status: 'FINISHED' },
      data: {
        params: [{ key: 'rows', value: '178' }],
        metrics: [{ key: 'accuracy', value: at(ended, 'accuracy') }],
      },
    });
    const model = await mlflow('GET', 'registered-models/get?name=wine');
    expect(at(model, 'registered_model', 'latest_versions', 0, 'version')).toBe('1');
    expect(await stack.storage.list('zenml')).toContainEqual(expect.stringMatching(/^train\/classifier\//));
    expect(await stack.storage.list('mlflow')).toContainEqual(expect.stringMatching(/\/artifacts\/MLmodel$/));
  });

  test('a pipeline is submitted to the cluster with all that its pods need', async () => {
    const submitted = await connected('submit.py', 'matcha-demo', IMAGE);
    const objects = stack.objects();
    const jobs = objects.filter(
      ({ kind, metadata }) => kind === 'Job' && metadata.labels?.['run_id'] === at(submitted, 'run'),
    );
    expect(jobs).toHaveLength(1);
    const expected = { image: IMAGE, objects, tools: TOOLS };
    expectPipelineJob(jobs[0] as unknown as PipelineJob, expected);
    expectPipelinePod(at(submitted, 'step') as PipelinePod, 'step', expected);
  });

  test('a model server gets a Secret with settings that its downloader knows, and without a key', async () => {
    const used = (await connected('model_storage.py', 'matcha-demo-serving')) as Record<string, string>;
    const secret = stack
      .objects()
      .find(
        ({ kind, metadata }) =>
          kind === 'Secret' && metadata.namespace === used['namespace'] && metadata.name === used['name'],
      );
    const values = Object.entries((secret?.['data'] ?? {}) as Record<string, string>);
    expect(Object.fromEntries(values.map(([key, value]) => [key, atob(value)]))).toEqual({
      RCLONE_CONFIG_AZ_TYPE: 'azureblob',
      RCLONE_CONFIG_AZ_ACCOUNT: stack.storage.account,
      RCLONE_CONFIG_AZ_ENV_AUTH: 'true',
      RCLONE_LOG_FILE: '/dev/termination-log',
    });
    const ofZenml = values.map(([key]) => key).filter((key) => key.startsWith('RCLONE_CONFIG_'));
    expect(used['keys']).toEqual(expect.arrayContaining(ofZenml));
  });

  test('the program of a verification stores its model where a model server finds it', async () => {
    const [program, result] = [join(folder, 'matcha_verification.py'), join(folder, 'result.json')];
    writeFileSync(program, SCRIPT);
    await run(program, [], {
      MATCHA_ZENML_STACK: 'matcha-demo-local',
      MATCHA_PIPELINE_IMAGE: IMAGE,
      MATCHA_MODEL_FOLDER: 'matcha-verification',
      MATCHA_RESULT: result,
    });
    expect(JSON.parse(readFileSync(result, 'utf8'))).toEqual({ model: 'az://zenml/matcha-verification' });
    expect(await stack.storage.list('zenml')).toContain('matcha-verification/model.joblib');
    const { experiment } = (await mlflow(
      'GET',
      'experiments/get-by-name?experiment_name=matcha_verification',
    )) as { experiment: { experiment_id: string } };
    const found = await mlflow('POST', 'runs/search', { experiment_ids: [experiment.experiment_id] });
    expect(at(found, 'runs', 0, 'data', 'metrics', 0, 'key')).toBe('accuracy');
  });

  test('a run survives a restart of ZenML and MLflow', async () => {
    const { zenml, mlflow } = stack.servers;
    const signals = mkdtempSync(join(folder, 'signals-'));
    const over = new AbortController();
    const ended = connected('pipeline.py', 'matcha-demo-local', signals).finally(() => over.abort());
    while (!over.signal.aborted && !existsSync(join(signals, 'waiting'))) await setTimeout(100);
    await Promise.all([zenml.crash(), mlflow.crash()]);
    writeFileSync(join(signals, 'go'), '');
    await Promise.all([zenml.start(), mlflow.start()]);
    expect(await ended).toMatchObject({ status: 'completed' });
  });
});
