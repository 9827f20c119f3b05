import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, test } from 'vitest';

/** Nothing listens on this port of the machine itself: it is reserved, and Node allows to ask it. */
const NOBODY = 'http://127.0.0.1:2';

const command = inject('command');
const directory = dirname(command);

/** Runs the built command in an empty directory, without a terminal. */
function matcha(...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const env = { ...process.env, MATCHA_URL: NOBODY, MATCHA_STACK: '', NO_COLOR: '' };
  return new Promise((resolve) => {
    const options = { cwd: directory, env };
    const child = execFile(process.execPath, [command, ...args], options, (_, stdout, stderr) => {
      resolve({ exit: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

test('every part that is loaded on demand can be loaded', async () => {
  const parts = await readdir(join(directory, 'matcha'));
  expect(parts.length).toBeGreaterThan(5);
  await Promise.all(parts.map((part) => import(pathToFileURL(join(directory, 'matcha', part)).href)));
});

describe('help', () => {
  test.each([[['--help']], [['-h']], [[]]])(
    '%j shows every command, in groups, with examples',
    async (args) => {
      const { exit, stdout, stderr } = await matcha(...args);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      for (const word of ['Build and remove:', 'provision', 'destroy', 'get', 'Examples:', 'Exit codes:']) {
        expect(stdout).toContain(word);
      }
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    },
  );

  test('of a command has its flags and the global ones', async () => {
    const { stdout } = await matcha('provision', '--help');
    for (const flag of ['--location', '--gpu', '--no-wait', '--server', '--no-input'])
      expect(stdout).toContain(flag);
  });

  test('the version is the one of the package', async () => {
    expect((await matcha('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage ends with 2 and says what to do', () => {
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
  ])('%j', async (args, told) => {
    const { exit, stdout, stderr } = await matcha(...args);
    expect(exit).toBe(2);
    expect(stderr).toContain(told);
    expect(stdout).toBe('');
  });
});

describe('without a server', () => {
  test('the complaint names it and tells how to start one', async () => {
    const { exit, stdout, stderr } = await matcha('list');
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain(`No Matcha server answers at ${NOBODY}.`);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('`npm start`');
  });

  test('programs get the complaint as JSON, and stdout stays empty', async () => {
    const { stdout, stderr } = await matcha('doctor', '--json');
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ cause: expect.stringContaining('ECONNREFUSED') as string });
  });

  test('a preset can be chosen all the same', async () => {
    expect(await matcha('stack', 'set', 'LLM')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('now says llm') as string,
    });
  });
});
