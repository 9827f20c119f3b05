import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../cli/program.ts';
import type { Run } from './cli.ts';

/**
 * Runs command lines in this process, without a terminal, in `home`: an empty directory unless given. A process takes a
 * third of a second to start, which is too long for many of them. Only one may run at a time.
 */
export function matchaHere(
  url: string,
  home = mkdtempSync(join(tmpdir(), 'matcha-test-')),
): (...words: string[]) => Promise<Run> {
  return async (...words) => {
    const { env } = process;
    const directory = process.cwd();
    const text = { stdout: '', stderr: '' };
    const restores = (['stdout', 'stderr'] as const).map((name) => {
      const stream = process[name];
      const write = stream.write.bind(stream);
      stream.write = (chunk: string | Uint8Array) => {
        text[name] += String(chunk);
        return true;
      };
      return () => void (stream.write = write);
    });
    process.env = { ...env, MATCHA_URL: url, MATCHA_STACK: '', NO_COLOR: '1', XDG_CONFIG_HOME: home };
    process.chdir(home);
    try {
      return { code: await runCommandLine(words), ...text };
    } finally {
      process.chdir(directory);
      process.env = env;
      for (const restore of restores) restore();
    }
  };
}
