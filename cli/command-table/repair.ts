import { NO_WAIT, YES } from '../command-flags.ts';
import type { CommandSpec } from './spec.ts';

/** Commands for what went wrong. */
export const REPAIR: readonly CommandSpec[] = [
  {
    usage: 'cancel [name]',
    summary: 'cancel the running operation of a stack; the stack can be continued',
    flags: [NO_WAIT, YES],
    load: async () => (await import('../commands/cancel.ts')).cancel,
  },
  {
    usage: 'unlock [name]',
    summary: 'free a stack from a lost operation',
    flags: [['--force', 'end the operation even if it is running'], YES],
    load: async () => (await import('../commands/unlock.ts')).unlock,
  },
  {
    usage: 'doctor',
    summary: 'check the connection to the server',
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
];
