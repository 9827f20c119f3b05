import type { CommandSpec } from './spec.ts';

/** What can be asked for. */
export const REFERENCE: readonly CommandSpec[] = [
  {
    usage: 'catalogue',
    summary: 'list presets, components and regions',
    load: async () => (await import('../commands/catalogue.ts')).catalogue,
  },
];
