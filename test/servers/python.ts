import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const run = promisify(execFile);

/** The folder of the programs in the environment of a pipeline. */
export function pipelines(): string {
  const python = inject('python');
  if ('skip' in python) throw new Error(python.skip);
  return python.pipelines;
}

/** Runs a Python program of this folder with the packages in `bin`. Returns the last printed line as JSON. */
export async function runPython(
  bin: string,
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<unknown> {
  const { stdout } = await run(join(bin, 'python'), [join(import.meta.dirname, program), ...args], {
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...environment },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
