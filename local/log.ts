import type { Log } from './host/index.ts';

/** Shows what goes wrong, and leaves the rest out. */
export const logToTerminal: Log = (level, category, message) => {
  if (level === 'warning' || level === 'error') process.stderr.write(`${level} ${category}: ${message}\n`);
};
