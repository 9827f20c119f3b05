import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli } from '../../scripts/build-cli.ts';

/** A reserved port that nothing listens on and that Node.js does not block. */
const UNREACHABLE = 'http://127.0.0.1:2';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'matcha-cli-'));
  await buildCli(directory);
});

afterAll(() => rm(directory, { recursive: true }));

/** Runs the built command in an empty directory, without a terminal. */
function matcha(...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const env = { ...process.env, MATCHA_URL: UNREACHABLE, MATCHA_STACK: '', NO_COLOR: '' };
  return new Promise((resolve) => {
    const options = { cwd: directory, env };
    const child = execFile(
      process.execPath,
      [join(directory, 'matcha.mjs'), ...args],
      options,
      (_, stdout, stderr) => {
        resolve({ exit: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

test('every lazy part of the bundle can be loaded', async () => {
  const parts = await readdir(join(directory, 'matcha'));
  expect(parts.length).toBeGreaterThan(5);
  await Promise.all(parts.map((part) => import(pathToFileURL(join(directory, 'matcha', part)).href)));
});

describe('help', () => {
  test.each([[['--help']], [['-h']], [[]]])('%j shows all commands in groups with examples', async (args) => {
    const { exit, stdout, stderr } = await matcha(...args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    for (const word of ['Build and remove:', 'provision', 'destroy', 'get', 'Examples:', 'Exit codes:']) {
      expect(stdout).toContain(word);
    }
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('the help of a command has its flags and the global flags', async () => {
    const { stdout } = await matcha('provision', '--help');
    for (const flag of ['--location', '--gpu', '--no-wait', '--server', '--no-input'])
      expect(stdout).toContain(flag);
  });

  test('the version is a semantic version', async () => {
    expect((await matcha('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage exits with code 2 and a hint', () => {
  test.each([
    [['provison'], 'Did you mean provision?'],
    [['list', '--al'], 'Did you mean --all?'],
    [['stack'], 'set <preset>'],
    [['provision', 'a', 'b'], 'too many arguments'],
    [['provision', 'demo', '--max-nodes', 'many'], 'whole number'],
    [['provision'], '--name, --location, --yes must be given'],
    [['provision', 'demo', '--location', 'uksouth'], '--yes must be given'],
    [['get', '--output', 'jsn'], 'Did you mean json?'],
    [['list', '--server', 'localhost'], 'not the address of a server'],
  ])('%j', async (args, hint) => {
    const { exit, stdout, stderr } = await matcha(...args);
    expect(exit).toBe(2);
    expect(stderr).toContain(hint);
    expect(stdout).toBe('');
  });
});

describe('without a server', () => {
  test('the error names the server and how to start one', async () => {
    const { exit, stdout, stderr } = await matcha('list');
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain(`No Matcha server answers at ${UNREACHABLE}.`);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('`npm start`');
  });

  test('the error is JSON with --json, and stdout is empty', async () => {
    const { stdout, stderr } = await matcha('doctor', '--json');
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ cause: expect.stringContaining('ECONNREFUSED') as string });
  });

  test('a preset can be chosen', async () => {
    expect(await matcha('stack', 'set', 'LLM')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('now says llm') as string,
    });
  });
});
