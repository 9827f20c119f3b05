import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The number of measurements. The result is the median time of `matcha --help` in milliseconds. */
const RUNS = 10;
const matcha = join(import.meta.dirname, '..', 'cli', 'dist', 'matcha.mjs');

const runHelp = (): number => {
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [matcha, '--help']);
  if (status !== 0) throw new Error(`matcha --help ended with ${status}; is it built?`);
  return performance.now() - startedAt;
};

// The first run fills the compile cache, like the first call after an installation.
runHelp();
const times = Array.from({ length: RUNS }, runHelp).sort((a, b) => a - b);
const median = ((times[RUNS / 2 - 1] ?? 0) + (times[RUNS / 2] ?? 0)) / 2;
console.log(`matcha --help: ${median.toFixed(0)} ms (median of ${RUNS})`);
