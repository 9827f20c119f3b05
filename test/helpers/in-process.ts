import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../cli/program.ts';
import type { Run } from './cli.ts';

/**
 * Runs a command line in this process, in an empty directory and without a terminal: for many of them, since a process
 * takes a third of a second to start. One at a time.
 */
export function matchaHere(url: string): (...words: string[]) => Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'matcha-test-'));
  return async (...words) => {
    const { env } = process;
    const cwd = process.cwd();
    const text = { stdout: '', stderr: '' };
    const writes = (['stdout', 'stderr'] as const).map((name) => {
      const stream = process[name];
      const { write } = stream;
      stream.write = (chunk: string | Uint8Array) => {
        text[name] += String(chunk);
        return true;
      };
      return () => (stream.write = write);
    });
    process.env = { ...env, MATCHA_URL: url, MATCHA_STACK: '', NO_COLOR: '1', XDG_CONFIG_HOME: directory };
    process.chdir(directory);
    try {
      return { code: await runCommandLine(words), ...text };
    } finally {
      process.chdir(cwd);
      process.env = env;
      for (const restore of writes) restore();
    }
  };
}
