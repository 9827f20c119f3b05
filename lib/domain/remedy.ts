import { z } from 'zod';

/**
 * What a caller can do about a problem. The first group are operations of the HTTP contract; `repeatOperation` runs
 * the operation that failed once more, whichever it was, and it continues; `runAzureCli` has a `command`, `openUrl`
 * a `url`; `manual` is what only a person can do, and says all in its text.
 */
export const REMEDY_ACTIONS = [
  'planStack',
  'provisionStack',
  'destroyStack',
  'hibernateStack',
  'wakeStack',
  'upgradeStack',
  'unlockStack',
  'listStacks',
  'getStack',
  'listEvents',
  'getOutputs',
  'getOperation',
  'readCatalogue',
  'repeatOperation',
  'signIn',
  'runAzureCli',
  'openUrl',
  'manual',
] as const;

/**
 * One way to solve a problem. Every caller renders it in its own form: a command line, a button, data. Arguments
 * of `provisionStack` are `name`, `allowRemoval`, and fields of the spec by their path, such as `cluster.nodeSize`.
 */
export const remedy = z.strictObject({
  action: z.enum(REMEDY_ACTIONS),
  arguments: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .exactOptional(),
  /** A sentence that holds for every caller: no flags, no commands of one of them. */
  text: z.string(),
});

export type Remedy = z.infer<typeof remedy>;

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
