import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Why there are no pseudo terminals on this machine; undefined when there are. */
export const noTerminal = (): string | undefined =>
  spawnSync('script', ['--version'], { encoding: 'utf8' }).error === undefined
    ? undefined
    : 'needs `script` of util-linux';

/** Runs the built command in a pseudo terminal of 100 columns. Returns its exit code, and all that it wrote. */
export function matchaInTerminal(
  url: string,
  words: readonly string[],
  variables: Record<string, string> = {},
): Promise<{ code: number; screen: string }> {
  const { NO_COLOR: _, ...inherited } = process.env;
  const env = { ...inherited, TERM: 'xterm-256color', MATCHA_URL: url, BROWSER: 'none', ...variables };
  const command = ['exec', process.execPath, inject('command'), ...words].join(' ');
  return new Promise((resolve) => {
    const options = { env, cwd: mkdtempSync(join(tmpdir(), 'matcha-test-')) };
    const args = ['-qec', `stty rows 40 cols 100; ${command}`, '/dev/null'];
    const child = execFile('script', args, options, (error, screen) =>
      resolve({ code: error === null ? 0 : Number(error.code), screen }),
    );
    child.stdin?.end();
  });
}
