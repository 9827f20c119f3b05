import { ALLOW_REMOVAL, NO_WAIT, REQUEST_FLAGS, YES } from '../command-flags.ts';
import type { CommandSpec } from './spec.ts';

/** Commands that create, change and delete stacks. */
export const MANAGE: readonly CommandSpec[] = [
  {
    usage: 'provision [name]',
    summary: 'create a stack, change one, or continue a failed one',
    flags: [...REQUEST_FLAGS, YES, ALLOW_REMOVAL, NO_WAIT],
    examples: [
      'matcha provision demo --location uksouth --preset llm',
      'matcha provision demo --location uksouth --public 203.0.113.0/24 --yes',
      'matcha provision demo --location uksouth --wait-for-quota 3d',
    ],
    load: async () => (await import('../commands/provision.ts')).provision,
  },
  {
    usage: 'plan [name]',
    summary: 'show all that `provision` would do: steps, duration, cost, changes',
    flags: REQUEST_FLAGS,
    examples: ['matcha plan demo --location uksouth'],
    load: async () => (await import('../commands/plan.ts')).plan,
  },
  {
    usage: 'diff [name]',
    summary: 'show only what `provision` would change',
    flags: REQUEST_FLAGS,
    examples: ['matcha diff demo --max-nodes 5', 'matcha diff demo --preset default --json'],
    load: async () => (await import('../commands/diff.ts')).diff,
  },
  {
    usage: 'upgrade [name]',
    summary: 'upgrade the tools of a stack to the versions of the catalogue',
    flags: [YES, NO_WAIT],
    load: async () => (await import('../commands/upgrade.ts')).upgrade,
  },
  {
    usage: 'hibernate [name]',
    summary: 'stop the cluster of a stack to save cost; data stays',
    flags: [YES, NO_WAIT],
    load: async () => (await import('../commands/power.ts')).hibernate,
  },
  {
    usage: 'wake [name]',
    summary: 'start a hibernated stack again',
    flags: [NO_WAIT],
    load: async () => (await import('../commands/power.ts')).wake,
  },
  {
    usage: 'verify [name]',
    summary: 'run a pipeline on a stack and serve a model with it',
    flags: [NO_WAIT],
    load: async () => (await import('../commands/verify.ts')).verify,
  },
  {
    usage: 'destroy [name]',
    summary: 'delete a stack and its data for good',
    flags: [
      ['--keep-data', 'keep the storage account; `provision` uses it again'],
      YES,
      ['--confirm <name>', 'name of the stack, instead of typing it at the prompt'],
      NO_WAIT,
    ],
    examples: [
      'matcha destroy demo',
      'matcha destroy demo --keep-data',
      'matcha destroy demo --confirm demo --no-wait',
    ],
    load: async () => (await import('../commands/destroy.ts')).destroy,
  },
];
