import type { Remedy } from './remedy.ts';

/** An instruction in words for a person. */
export const manual = (text: string): Remedy => ({ action: 'manual', text });

/** Runs the operation again. The default text follows another remedy. */
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

/** Changes a stack; `changes` are fields of its spec, by path. */
export const provisionStack = (changes: NonNullable<Remedy['arguments']>, text: string): Remedy => ({
  action: 'provisionStack',
  arguments: changes,
  text,
});
