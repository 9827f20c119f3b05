import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Prints the median time of `matcha --help` in milliseconds, from start to end of the process. */
const RUNS = 10;
const matcha = join(import.meta.dirname, '..', 'cli', 'dist', 'matcha.mjs');

const runHelp = (): number => {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, [matcha, '--help']);
  if (status !== 0) throw new Error(`matcha --help ended with ${status}; is it built?`);
  return performance.now() - begun;
};

// The first run fills the compile cache, as the first call after an installation does.
runHelp();
const times = Array.from({ length: RUNS }, runHelp).sort((a, b) => a - b);
const median = ((times[RUNS / 2 - 1] ?? 0) + (times[RUNS / 2] ?? 0)) / 2;
console.log(`matcha --help: ${median.toFixed(0)} ms (median of ${RUNS})`);
