import { ALLOW_REMOVAL, NO_WAIT, YES } from '../command-flags.ts';
import type { CommandSpec } from './spec.ts';

/** Commands of `matcha stack`. */
export const STACK: readonly CommandSpec[] = [
  {
    usage: 'stack set <preset>',
    summary: 'set the preset of this directory',
    examples: ['matcha stack set llm'],
    load: async () => (await import('../commands/stack.ts')).setStack,
  },
  {
    usage: 'stack list',
    summary: 'list the presets',
    load: async () => (await import('../commands/stack.ts')).listPresets,
  },
  {
    usage: 'stack add <component>',
    summary: 'add a component to a stack',
    flags: [['--replace', 'replace the component in the same slot'], YES, ALLOW_REMOVAL, NO_WAIT],
    examples: ['matcha stack add chroma --stack demo'],
    load: async () => (await import('../commands/components.ts')).addComponent,
  },
  {
    usage: 'stack remove <component>',
    summary: 'remove a component and its data from a stack',
    flags: [YES, ALLOW_REMOVAL, NO_WAIT],
    load: async () => (await import('../commands/components.ts')).removeComponent,
  },
];
