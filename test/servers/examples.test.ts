import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { at, listAt } from '../../lib/components/canary.ts';
import { matcha } from '../helpers/cli.ts';
import { startMatcha } from '../helpers/running-command.ts';
import { runPython } from './python.ts';
import { startStack, type Stack } from './stack.ts';

const python = inject('python');

describe.skipIf('skip' in python)('examples on a stack with real tools', { timeout: 300_000 }, () => {
  let stack: Stack<'zenml' | 'mlflow' | 'evidently' | 'chroma'>;
  let folder: string;
  let bin: string;
  let command: (...words: string[]) => Promise<{ code: number; stdout: string; stderr: string }>;

  beforeAll(async () => {
    if ('skip' in python) return;
    bin = python.pipelines;
    folder = mkdtempSync(join(tmpdir(), 'matcha-examples-'));
    // A copy, so that nothing is written into this repository.
    cpSync('examples', join(folder, 'examples'), { recursive: true });
    stack = await startStack(['zenml', 'mlflow', 'evidently', 'chroma']);
    command = matcha(stack.url, undefined, {
      ...(await stack.user(folder)),
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      MATCHA: inject('command'),
      NODE: process.execPath,
    });
  }, 600_000);
  afterAll(() => stack.remove());

  const inExample = (example: string, file: string) => join(folder, 'examples', example, file);

  /** Runs a program of an example as its README says. */
  async function connected(example: string, program: string, ...args: string[]): Promise<string> {
    const words = ['connect', 'demo', '--', 'python', inExample(example, program), ...args];
    return outputOf(program, await command(...words));
  }

  const outputOf = (program: string, { code, stdout, stderr }: Awaited<ReturnType<typeof command>>) => {
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${stdout}\n${stderr}`);
    return stdout;
  };

  const mlflow = async (method: string, path: string, body?: unknown) => {
    const host = 'mlflow.mlflow.svc.cluster.local:5000';
    return (await stack.servers.mlflow.send({ method, path: `/api/2.0/mlflow/${path}`, host, body })).body;
  };

  /** The runs of an experiment in MLflow, newest first. */
  async function runs(experiment: string): Promise<unknown[]> {
    const found = await mlflow('GET', `experiments/get-by-name?experiment_name=${experiment}`);
    const id = at(found, 'experiment', 'experiment_id');
    return listAt(await mlflow('POST', 'runs/search', { experiment_ids: [id] }), 'runs');
  }

  test('recommendation', async () => {
    console.log(await connected('recommendation', 'run.py'));
    console.log(JSON.stringify(await runs('recommendation'), null, 1));
  });

  test('rag', async () => {
    console.log(await connected('rag', 'run.py'));
    console.log(JSON.stringify(await runs('indexing'), null, 1));
    console.log(await connected('rag', 'query.py', 'How hot should the water for gyokuro be?'));
  });
});
