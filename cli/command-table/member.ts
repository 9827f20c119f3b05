import { NO_WAIT, YES } from '../command-flags.ts';
import type { CommandSpec } from './spec.ts';

/** Commands of `matcha member`. */
export const MEMBER: readonly CommandSpec[] = [
  {
    usage: 'member add <person>',
    summary: 'let somebody use a stack',
    flags: [YES, NO_WAIT],
    examples: ['matcha member add lin@example.com --stack demo'],
    load: async () => (await import('../commands/member.ts')).addMember,
  },
  {
    usage: 'member remove <person>',
    summary: 'take back what a member may do',
    flags: [YES, NO_WAIT],
    load: async () => (await import('../commands/member.ts')).removeMember,
  },
  {
    usage: 'member list [name]',
    summary: 'show the owner and the members of a stack',
    load: async () => (await import('../commands/member.ts')).listMembers,
  },
];
