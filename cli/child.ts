import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { manual } from '../lib/domain/remedies.ts';
import { CliError } from './exit.ts';

/** The exit codes of a shell for a command that it does not find or may not run. */
const NOT_FOUND = 127;
const NOT_ALLOWED = 126;

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command with more environment variables, on the streams of this process, and passes signals on to it. Returns
 * its exit code, or 128 and the number of the signal that ended it, as shells do.
 */
export async function runChild(
  [file = '', ...args]: readonly string[],
  variables: Record<string, string>,
): Promise<number> {
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...variables } });
  const handlers = PASSED_ON.map((signal) => {
    // A terminal sends Ctrl-C to every process in its foreground.
    const isSent = signal === 'SIGINT' && process.stdin.isTTY;
    const handler = () => {
      if (!isSent) child.kill(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(notRun(file, error)));
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const remove of handlers) remove();
  }
}

function notRun(file: string, { code, message }: NodeJS.ErrnoException): CliError {
  const isMissing = code === 'ENOENT';
  return new CliError(isMissing ? NOT_FOUND : NOT_ALLOWED, {
    message: isMissing ? `There is no command ${file}.` : `${file} cannot be run.`,
    cause: message,
    remedies: [manual('Check its name, and that it is installed and in PATH.')],
  });
}
