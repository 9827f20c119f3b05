import type { CommandSpec } from './spec.ts';

/** Commands that set up this directory and this shell. */
export const SETUP: readonly CommandSpec[] = [
  {
    usage: 'init',
    summary: 'write the server and the stack of this directory into matcha.config.json',
    examples: ['matcha init', 'matcha init --server https://matcha.example.com --stack demo'],
    load: async () => (await import('../commands/init.ts')).init,
  },
];
