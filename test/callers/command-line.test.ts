import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, onTestFinished, test } from 'vitest';

/** No server listens on this reserved port. */
const NO_SERVER = 'http://127.0.0.1:2';

const command = inject('command');
const directory = dirname(command);

/** Runs the built command in an empty directory, without a terminal. */
function matcha(...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const env = { ...process.env, MATCHA_URL: NO_SERVER, MATCHA_STACK: '', NO_COLOR: '' };
  return new Promise((resolve) => {
    const options = { cwd: directory, env };
    const child = execFile(process.execPath, [command, ...args], options, (_, stdout, stderr) => {
      resolve({ exit: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

test('every lazy part of the bundle can be loaded', async () => {
  const parts = await readdir(join(directory, 'matcha'));
  expect(parts.length).toBeGreaterThan(5);
  await Promise.all(parts.map((part) => import(pathToFileURL(join(directory, 'matcha', part)).href)));
});

/** The source of a part and of all parts that it imports statically. */
async function sourceOf(part: string): Promise<string> {
  const source = await readFile(join(directory, 'matcha', part), 'utf8');
  const imported = [...source.matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map(([, name = '']) =>
    sourceOf(name),
  );
  return [source, ...(await Promise.all(imported))].join('\n');
}

test('help does not load the schemas of the API', async () => {
  const parts = await readdir(join(directory, 'matcha'));
  const program = parts.find((part) => part.startsWith('program-')) ?? '';
  expect(await sourceOf(program)).not.toContain('ZodError');
});

describe('help', () => {
  test.each([[['--help']], [['-h']], [[]]])(
    '%j shows every command, in groups, with examples',
    async (args) => {
      const { exit, stdout, stderr } = await matcha(...args);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      for (const word of [
        'Create, change and delete:',
        'provision',
        'destroy',
        'get',
        'Examples:',
        'Exit codes:',
      ]) {
        expect(stdout).toContain(word);
      }
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    },
  );

  test('the help of a command has its flags and the global flags', async () => {
    const { stdout } = await matcha('provision', '--help');
    for (const flag of ['--location', '--gpu', '--no-wait', '--server', '--no-input'])
      expect(stdout).toContain(flag);
  });

  test.each([['--version'], ['-v'], ['version']])('%s prints a semantic version', async (word) => {
    expect(await matcha(word)).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });

  test.each([
    [['help'], 'Create, change and delete:'],
    [['help', 'provision'], 'Usage: matcha provision'],
    [['help', 'stack'], 'set <preset>'],
    [['help', 'stack', 'add'], 'Usage: matcha stack add'],
  ])('%j is the help of what it names', async (args, text) => {
    expect(await matcha(...args)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining(text) as string,
      stderr: '',
    });
  });
});

describe('wrong usage has exit code 2 and a remedy', () => {
  test.each([
    [['provison', 'demo'], 'matcha provision demo   Did you mean provision?'],
    [['list', '--al'], 'matcha list --all   Did you mean --all?'],
    [['frobnicate'], 'matcha --help   See all commands.'],
    [['help', 'frobnicate'], 'Unknown command "frobnicate".'],
    [['stack'], 'matcha stack needs one of these commands: set, list, add, remove.'],
    [['stack', 'frob'], 'matcha stack --help   See its commands.'],
    [['provision', 'a', 'b'], 'Too many arguments'],
    [['list', '--frobnicate'], 'matcha list --help   See its arguments and flags.'],
    [['list', '--server'], '--server <url> needs a value.'],
    [
      ['plan', 'demo', '--private', '--public', '10.0.0.0/8'],
      '--private and --public contradict each other.',
    ],
    [
      ['plan', 'demo', '--gpu', 'Standard_NC4as_T4_v3', '--no-gpu'],
      '--gpu and --no-gpu contradict each other.',
    ],
    [['plan', 'tiny', '--name', 'other'], 'tiny and --name other contradict each other.'],
    [['status', 'tiny', '--stack', 'other'], 'tiny and --stack other contradict each other.'],
    [['cost', 'demo'], 'matcha plan demo   Use this instead.'],
    [['force-unlock'], 'matcha unlock --force'],
    [['analytics', 'opt-out'], 'Matcha collects no usage data'],
    [['provision', 'demo', '--verbose'], 'matcha events'],
    [['provision', 'demo', '--password', 'x'], 'matcha get pipeline --show-sensitive'],
    [['stack', 'add', 'experiment_tracker', 'mlflow', '--yes'], 'matcha stack add mlflow --yes'],
    [['stack', 'add', 'vector_database', 'chroma'], 'matcha stack add chroma'],
    [['provision', 'demo', '--max-nodes', 'many'], '--max-nodes many must be a whole number.'],
    [['stack', 'add'], 'matcha stack add --help'],
    [['provision'], '--name, --location, --yes must be given'],
    [['provision'], 'matcha provision --name demo --location uksouth --yes'],
    [['provision', 'demo', '--location', 'uksouth'], '--yes must be given'],
    [['unlock', 'demo'], 'matcha unlock demo --yes'],
    [['upgrade', 'demo', '--no-input'], 'matcha upgrade demo --no-input --yes'],
    [['get', '--output', 'jsn'], 'Did you mean json?'],
    [['list', '--server', 'localhost'], 'not the address of a server'],
  ])('%j', async (args, text) => {
    const { exit, stdout, stderr } = await matcha(...args);
    expect(exit).toBe(2);
    expect(stderr).toContain(text);
    expect(stdout).toBe('');
  });
});

test.each([
  [['frobnicate'], 'UNKNOWN_COMMAND'],
  [['list', '--frobnicate'], 'UNKNOWN_FLAG'],
  [['stack', 'add'], 'MISSING_ARGUMENT'],
  [['list', 'demo'], 'TOO_MANY_ARGUMENTS'],
  [['plan', '--max-nodes', 'many'], 'INVALID_VALUE'],
  [['list', '--server'], 'MISSING_VALUE'],
  [['plan', '--private', '--public', '10.0.0.0/8'], 'CONTRADICTING_FLAGS'],
  [['provision'], 'MISSING_FLAG'],
  [['stack'], 'MISSING_COMMAND'],
  [[], 'MISSING_COMMAND'],
])('--json prints the error of %j as JSON', async (args, code) => {
  const { exit, stdout, stderr } = await matcha('--json', ...args);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({
    code,
    message: expect.stringMatching(/\.$/) as string,
    remedies: [{ text: expect.any(String) as string }],
  });
});

describe('init', () => {
  test('writes the server and the stack of the directory once, and says so', async () => {
    const args = ['init', '--server', 'https://matcha.example.com/', '--stack', 'Demo'];
    const file = join(directory, 'matcha.config.json');
    onTestFinished(() => rm(file));
    expect(await matcha(...args)).toMatchObject({
      exit: 0,
      stdout: '',
      stderr: expect.stringContaining(
        'Wrote matcha.config.json: server https://matcha.example.com, stack demo',
      ) as string,
    });
    const again = await matcha(...args, '--json');
    expect(again.stderr).toBe('matcha.config.json is unchanged.\n');
    expect(JSON.parse(again.stdout)).toEqual({ server: 'https://matcha.example.com', stack: 'demo' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(again.stdout));
  });

  test('needs a flag without a terminal, and a stack that can be one', async () => {
    expect((await matcha('init')).stderr).toContain('--server, --stack must be given');
    expect(await matcha('init', '--stack', 'a b')).toMatchObject({ exit: 2 });
  });
});

describe('without a server', () => {
  test('the error names it and says how to start one', async () => {
    const { exit, stdout, stderr } = await matcha('list');
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain(`No Matcha server answers at ${NO_SERVER}.`);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('`npm start`');
  });

  test('--json prints the error as JSON on stderr, and stdout stays empty', async () => {
    const { stdout, stderr } = await matcha('doctor', '--json');
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ cause: expect.stringContaining('ECONNREFUSED') as string });
  });

  test('a preset can be set', async () => {
    expect(await matcha('stack', 'set', 'LLM')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('llm is now the preset') as string,
    });
  });
});
