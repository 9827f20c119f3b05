import { NO_WAIT, YES } from '../command-flags.ts';
import type { CommandSpec } from './spec.ts';

/** Commands of `matcha operation`. */
export const OPERATION: readonly CommandSpec[] = [
  {
    usage: 'operation show <id>',
    summary: 'show the state of an operation',
    load: async () => (await import('../commands/operation.ts')).showOperation,
  },
  {
    usage: 'operation watch <id>',
    summary: 'follow an operation to its end',
    load: async () => (await import('../commands/operation.ts')).watchOperation,
  },
  {
    usage: 'operation cancel <id>',
    summary: 'cancel an operation',
    flags: [NO_WAIT, YES],
    load: async () => (await import('../commands/cancel.ts')).cancelOperation,
  },
];
