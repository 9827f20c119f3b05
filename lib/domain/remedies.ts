import type { Remedy } from './remedy.ts';

/** What only a person can do, or needs no more than to be said. */
export const manual = (text: string): Remedy => ({ action: 'manual', text });

/** After another remedy; where it is the only one, its text says so. */
export const repeatOperation = (text = 'Then run it again; it continues.'): Remedy => ({
  action: 'repeatOperation',
  text,
});

export const runAzureCli = (command: string, text: string): Remedy => ({
  action: 'runAzureCli',
  arguments: { command },
  text,
});

export const openUrl = (url: string, text: string): Remedy => ({
  action: 'openUrl',
  arguments: { url },
  text,
});

/** Changes a stack. `changes` are fields of its spec by their path. */
export const provisionStack = (changes: NonNullable<Remedy['arguments']>, text: string): Remedy => ({
  action: 'provisionStack',
  arguments: changes,
  text,
});
