import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command as a person has it in a folder of their own. */
export function matcha(url: string): (...words: string[]) => Promise<Run> {
  const cwd = mkdtempSync(join(tmpdir(), 'matcha-test-'));
  const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
  return (...words) =>
    new Promise((resolve) => {
      const env = { ...process.env, MATCHA_URL: url, NO_COLOR: '1' };
      execFile(process.execPath, [main, ...words], { cwd, env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
}
