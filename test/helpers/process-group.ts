import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Kills the process group of a child when the child or the test process ends. The child is started with `detached`,
 * which gives it a group of its own.
 */
export function killGroupOnExit(first: ChildProcess): void {
  const script = 'read _; kill -s KILL -- "-$0"';
  const watch = spawn('sh', ['-c', script, String(first.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Not in the process group of the terminal, where Ctrl-C would end it.
    detached: true,
  });
  watch.unref();
  first.once('exit', () => watch.stdin.end());
}
