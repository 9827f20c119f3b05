import { readdirSync, readFileSync } from 'node:fs';

/**
 * Memory of a process group in MiB, pages shared between processes counted once; undefined where the system
 * does not tell (it is read from Linux' /proc).
 */
export function memoryOf(group: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kib = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && groupOf(name) === group)
    .map((pid) => Number(/^Pss:\s+(\d+)/m.exec(fileOf(pid, 'smaps_rollup'))?.[1] ?? 0));
  return kib.reduce((sum, each) => sum + each, 0) / 1024;
}

/** The fifth field of `stat`; the second one, in brackets, may contain spaces. */
const groupOf = (pid: string): number =>
  Number(
    fileOf(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ')[2],
  );

/** Empty for a process that has just ended. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
