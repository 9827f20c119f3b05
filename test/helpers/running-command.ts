import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished } from 'vitest';

/** A command that runs until it is told to end. */
export interface RunningCommand {
  stdout: () => string;
  stderr: () => string;
  /** Resolves when a stream contains the text. */
  says: (text: string | RegExp) => Promise<void>;
  /** Sends a signal, and resolves to the exit code. */
  end: (signal?: NodeJS.Signals) => Promise<number | null>;
  /** Resolves to the exit code when it ends by itself. */
  exit: () => Promise<number | null>;
}

/** Starts the built command; it is killed when the test ends. */
export function startMatcha(url: string, ...words: string[]): RunningCommand {
  const child = spawn(process.execPath, [inject('command'), ...words], {
    cwd: mkdtempSync(join(tmpdir(), 'matcha-test-')),
    env: { ...process.env, MATCHA_URL: url, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { stdout: '', stderr: '' };
  const exited = once(child, 'exit') as Promise<[number | null]>;
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk: Buffer) => (text[stream] += chunk.toString()));
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    says: (wanted) =>
      expect.poll(() => text.stdout + text.stderr, { timeout: 20_000, interval: 20 }).toMatch(wanted),
    async end(signal = 'SIGINT') {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
    exit: async () => (await exited)[0],
  };
}
