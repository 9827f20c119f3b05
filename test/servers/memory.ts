import { readdirSync, readFileSync } from 'node:fs';

/**
 * The memory of a process group in MiB. Shared pages count once. Undefined on systems other than Linux, because it is
 * read from /proc.
 */
export function memoryOf(group: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kib = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && groupOf(name) === group)
    .map((pid) => Number(/^Pss:\s+(\d+)/m.exec(fileOf(pid, 'smaps_rollup'))?.[1] ?? 0));
  return kib.reduce((sum, each) => sum + each, 0) / 1024;
}

/** The process group, the fifth field of `stat`. The second field, in parentheses, may contain spaces. */
const groupOf = (pid: string): number =>
  Number(
    fileOf(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ')[2],
  );

/** The content of a file in /proc; empty if the process has ended. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
