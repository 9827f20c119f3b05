import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { createClient } from '../../local/client.ts';
import { checkResponse } from '../helpers/contract.ts';
import { tableName } from '../helpers/embedded.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SOURCES = [
  'cli',
  'functions',
  'lib',
  'local',
  'orchestrations',
  'host.json',
  'package.json',
  'tsconfig.json',
];
const INDEX = 'lib/components/index.ts';

let folder: string;
let plane: ChildProcess;
let url: string;
let run: (...words: string[]) => Promise<Run>;

/** A copy of the sources with a new component: one new file and one line in the index. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'matcha-component-'));
  for (const name of SOURCES) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(folder, 'node_modules'));

  const component = readFileSync(join(ROOT, 'test/helpers/model-deployer.ts'), 'utf8');
  writeFileSync(
    join(folder, 'lib/components/deployer.ts'),
    component.replaceAll("'../../lib/components/", "'./").replaceAll("'../../lib/", "'../"),
  );
  const index = readFileSync(join(folder, INDEX), 'utf8');
  writeFileSync(join(folder, INDEX), `${index}export { deployer } from './deployer.ts';\n`);

  const options = [
    '--speed',
    '300',
    '--port',
    '0',
    '--tables',
    inject('tables'),
    '--table-name',
    tableName(),
  ];
  plane = spawn(process.execPath, [join(folder, 'local/start.ts'), ...options], { cwd: folder });
  url = await addressOf(plane);
  run = matcha(url, join(folder, 'cli', 'main.ts'));
});

afterAll(async () => {
  plane.kill('SIGTERM');
  await once(plane, 'exit');
  rmSync(folder, { recursive: true });
});

/** The URL that the control plane prints. */
async function addressOf({ stdout, stderr }: ChildProcess): Promise<string> {
  const errors: string[] = [];
  stderr?.on('data', (text: Buffer) => errors.push(text.toString()));
  for await (const line of createInterface({ input: stdout! })) {
    const found = /Matcha is up at (\S+)/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(errors.join(''));
}

test('the catalogue lists a new component with its slot', async () => {
  const { stdout } = await run('catalogue');
  expect(stdout).toMatch(/^deployer .*2\.1\.0 .*model-deployer/m);
});

test('the command provisions a new component, runs its canary and prints its outputs', async () => {
  const words = ['--location', 'uksouth', '--components', 'registry,zenml,mlflow,deployer', '--yes'];
  const provisioned = await run('provision', 'mine', ...words);
  expect(provisioned).toMatchObject({ code: 0 });
  const stack = JSON.parse((await run('status', 'mine', '--json')).stdout) as StackDetail;
  expect(stack).toMatchObject({ phase: 'Ready', versions: { deployer: '2.1.0' } });
  // The operation of the stack may be its verification by now.
  const shown = await run('operation', 'show', stack.lastOperation ?? '', '--json');
  const { steps } = JSON.parse(shown.stdout) as OperationView;
  expect(steps.filter(({ id }) => id.startsWith('deployer')).map(({ id, state }) => [id, state])).toEqual([
    ['deployer', 'done'],
    ['deployer-canary', 'done'],
  ]);
  const url = await run('get', 'model-deployer', 'base-url', '--output', 'json');
  expect(JSON.parse(url.stdout)).toEqual({ 'model-deployer': { 'base-url': 'http://localhost:8299' } });
});

test('a new component can be provisioned and removed over HTTP', async () => {
  const { provision, stack } = createClient(url, checkResponse);
  const request = { location: 'uksouth', components: ['chroma', 'deployer'] };
  expect(await provision('other', request)).toMatchObject({ state: 'Succeeded' });
  expect(await provision('other', { ...request, components: ['chroma'] })).toMatchObject({
    state: 'Succeeded',
  });
  expect(await stack('other')).toMatchObject({ phase: 'Ready', components: ['chroma'] });
});
