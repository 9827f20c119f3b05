import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command as a person has it in a folder of their own; of this source tree, or of a copy. */
export function matcha(
  url: string,
  root = join(import.meta.dirname, '..', '..'),
): (...words: string[]) => Promise<Run> {
  const cwd = mkdtempSync(join(tmpdir(), 'matcha-test-'));
  const main = join(root, 'cli', 'main.ts');
  return (...words) =>
    new Promise((resolve) => {
      const env = { ...process.env, MATCHA_URL: url, NO_COLOR: '1' };
      execFile(process.execPath, [main, ...words], { cwd, env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
}
