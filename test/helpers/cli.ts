import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** The built command, or another entry of it, as a person has it in a folder of their own, with more variables. */
export function matcha(
  url: string,
  main = inject('command'),
  variables: Record<string, string> = {},
): (...words: string[]) => Promise<Run> {
  const cwd = mkdtempSync(join(tmpdir(), 'matcha-test-'));
  return (...words) =>
    new Promise((resolve) => {
      const env = { ...process.env, ...variables, MATCHA_URL: url, NO_COLOR: '1' };
      execFile(process.execPath, [main, ...words], { cwd, env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
}
