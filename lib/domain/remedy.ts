import { z } from 'zod';

/**
 * The actions of remedies. The first group are operations of the HTTP contract. `repeatOperation` runs the
 * failed operation again, which continues. `runAzureCli` has a `command` and `openUrl` a `url`. `manual` has
 * only its text.
 */
export const REMEDY_ACTIONS = [
  'planStack',
  'provisionStack',
  'destroyStack',
  'hibernateStack',
  'wakeStack',
  'verifyStack',
  'upgradeStack',
  'unlockStack',
  'cancelOperation',
  'listStacks',
  'getStack',
  'listEvents',
  'getOutputs',
  'buildImage',
  'listImages',
  'getOperation',
  'readCatalogue',
  'repeatOperation',
  'signIn',
  'runAzureCli',
  'openUrl',
  'manual',
] as const;

/**
 * One way to solve a problem. Each caller renders it in its own form: a command line, a button, data. The
 * arguments of `provisionStack` are `name`, `allowRemoval`, and fields of the spec by path, such as
 * `cluster.nodeSize`.
 */
export const remedy = z.strictObject({
  action: z.enum(REMEDY_ACTIONS),
  arguments: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .exactOptional(),
  /** A sentence that is valid for every caller: no flags or commands of one caller. */
  text: z.string(),
});

export type Remedy = z.infer<typeof remedy>;
