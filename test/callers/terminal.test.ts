import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ToolLogs } from '../../lib/api/logs.ts';
import { SCRUBBED } from '../../lib/domain/scrub.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { clustersOf } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { matchaInTerminal, noTerminal } from '../helpers/pseudo-terminal.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane({ speed: 600 });
  run = matcha(plane.url);
  await plane.provision('demo', { location: 'uksouth', components: ['registry', 'mlflow', 'zenml'] });
});
afterAll(() => plane.close());

const CURSOR_UP = new RegExp(String.raw`\u001b\[\d+A`, 'g');
const COLOR = new RegExp(String.raw`\u001b\[[\d;]*m`);
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

const missing = noTerminal();
describe.skipIf(missing !== undefined)(
  `progress at a terminal${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    test('is redrawn in place, with the time and the usual time, and ends with the result', async () => {
      const { code, screen } = await matchaInTerminal(plane.url, [
        'provision',
        'tiny',
        '--location',
        'uksouth',
        '--components',
        'dvc',
        '--yes',
      ]);
      expect(code).toBe(0);
      expect(screen.match(CURSOR_UP)?.length).toBeGreaterThan(3);
      expect(screen).toMatch(COLOR);
      expect(screen).toMatch(/\d:\d\d \/ ~\d:\d\d/);
      expect(screen.indexOf(HIDE_CURSOR)).toBeLessThan(screen.lastIndexOf(SHOW_CURSOR));
      expect(screen.slice(screen.lastIndexOf(SHOW_CURSOR))).toMatch(/tiny is ready.* in \d+:\d\d/);
    });

    test('has no color with NO_COLOR', async () => {
      const { code, screen } = await matchaInTerminal(plane.url, ['hibernate', 'tiny', '--yes'], {
        NO_COLOR: '1',
      });
      expect(code).toBe(0);
      expect(screen).toMatch(CURSOR_UP);
      expect(screen).not.toMatch(COLOR);
    });

    test('is a line for each change on a dumb terminal', async () => {
      const { code, screen } = await matchaInTerminal(plane.url, ['wake', 'tiny'], { TERM: 'dumb' });
      expect(code).toBe(0);
      expect(screen).toMatch(/^ +\d:\d\d {2}AKS cluster: done in/m);
      expect(screen).not.toContain('\u001b');
    });
  },
);

describe('logs', () => {
  test('are the latest lines of each container, at most as many as asked for', async () => {
    const { code, stdout } = await run('logs', 'demo', 'mlflow', '--tail', '3', '--json');
    expect(code).toBe(0);
    const { tools } = JSON.parse(stdout) as { tools: ToolLogs[] };
    const server = tools[0]?.containers.find(({ container }) => container === 'mlflow');
    expect(server?.lines).toHaveLength(3);
    expect((await run('logs', 'demo', '--tail', '500')).stdout).toMatch(
      /^mlflow-\S+ mlflow\n.*mlflow.* starts\n/m,
    );
  });

  test('have no secret of a tool, although the tool logs it', async () => {
    const { objects } = clustersOf(plane);
    const secrets = objects('demo')
      .filter(({ kind, metadata }) => kind === 'Secret' && metadata.namespace === 'zenml')
      .flatMap(({ data = {} }) => Object.values(data))
      .map((value) => Buffer.from(value, 'base64').toString())
      .filter(({ length }) => length >= 16);
    expect(secrets).not.toEqual([]);
    const { stdout } = await run('logs', 'demo', 'zenml', '--tail', '500');
    expect(stdout).toContain(SCRUBBED);
    for (const secret of secrets) expect(stdout).not.toContain(secret);
  });

  test.each([
    [['logs', 'demo', 'chroma'], 2, 'demo has no tool "chroma".'],
    [['logs', 'demo', 'mlfow'], 2, 'Did you mean mlflow?'],
    [['logs', 'demo', 'mlflow', '--tail', '0'], 2, '--tail 0 must be a whole number from 1 to 500.'],
  ])('%j is refused', async (words, code, text) => {
    const refused = await run(...words);
    expect(refused).toMatchObject({ code, stdout: '' });
    expect(refused.stderr).toContain(text);
  });
});

/** A folder with `matcha`, and what a shell needs to find it. */
function shellEnvironment(): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'matcha-bin-'));
  writeFileSync(
    join(folder, 'matcha'),
    `#!/bin/sh\nexec "${process.execPath}" "${inject('command')}" "$@"\n`,
  );
  chmodSync(join(folder, 'matcha'), 0o755);
  return { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter), MATCHA_URL: plane.url };
}

/** How to complete the last word of a command line, without a person. */
const COMPLETIONS: Record<string, { args: string[]; complete: (words: string[]) => string }> = {
  bash: {
    args: ['--norc', '-c'],
    complete: (words) => `source <(matcha completion bash)
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
      _matcha; printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  zsh: {
    args: ['-f', '-c'],
    complete: (words) => `compdef() { :; }; compadd() { shift; print -l -- "$@"; }
      source <(matcha completion zsh)
      words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}
      _matcha`,
  },
  fish: {
    args: ['--no-config', '-c'],
    complete: (words) => `matcha completion fish | source; complete -C '${words.join(' ')}'`,
  },
};

describe.each(Object.entries(COMPLETIONS))('completion in %s', (shell, { args, complete }) => {
  const isMissing = spawnSync(shell, ['--version']).error !== undefined;
  test.skipIf(isMissing).each([
    [['matcha', 'prov'], ['provision']],
    [
      ['matcha', 'stack', ''],
      ['add', 'list', 'remove', 'set'],
    ],
    [['matcha', 'status', 'd'], ['demo']],
    [['matcha', 'provision', '--pres'], ['--preset']],
    [['matcha', 'stack', 'add', 'chr'], ['chroma']],
  ])(`%j${isMissing ? ` (${shell} is not installed)` : ''}`, async (words, candidates) => {
    const { stdout } = await promisify(execFile)(shell, [...args, complete(words)], {
      env: shellEnvironment(),
    });
    expect(stdout.trim().split('\n').sort()).toEqual(candidates);
  });
});

test('completion is silent without a server', async () => {
  expect(await matcha('http://127.0.0.1:2')('__complete', 'status', '')).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
});
