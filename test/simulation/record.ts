import { existsSync, readFileSync } from 'node:fs';
import type { Write } from './observe-writes.ts';

/** A line that a control plane records. `at` is simulated time, in milliseconds since the epoch. */
export type Line =
  | ({ kind: 'write'; at: number } & Write)
  | { kind: 'incident'; at: number; name: string }
  | { kind: 'secret'; value: string }
  | { kind: 'log'; level: string; category: string; message: string };

export function readRecord(file: string): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}
