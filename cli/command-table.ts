import { IMAGE } from './command-table/image.ts';
import { INSPECT } from './command-table/inspect.ts';
import { MANAGE } from './command-table/manage.ts';
import { MEMBER } from './command-table/member.ts';
import { OPERATION } from './command-table/operation.ts';
import { REFERENCE } from './command-table/reference.ts';
import { REPAIR } from './command-table/repair.ts';
import { SETUP } from './command-table/setup.ts';
import { SIGN_IN } from './command-table/sign-in.ts';
import type { CommandSpec } from './command-table/spec.ts';
import { STACK } from './command-table/stack.ts';
import { USE } from './command-table/use.ts';

export type { CommandSpec } from './command-table/spec.ts';

/** A command that only has subcommands. */
export interface NounSpec {
  noun: string;
  summary: string;
  commands: readonly CommandSpec[];
}

/** The commands in the groups of the help, in its order. */
export const GROUPS: Readonly<Record<string, readonly (CommandSpec | NounSpec)[]>> = {
  'Create, change and delete:': [
    ...MANAGE,
    { noun: 'stack', summary: 'set the preset of this directory, or change components', commands: STACK },
    { noun: 'member', summary: 'choose who uses a stack besides its owner', commands: MEMBER },
    { noun: 'image', summary: 'build images for pipelines, in the registry of a stack', commands: IMAGE },
  ],
  'Use:': USE,
  'Inspect:': [
    ...INSPECT,
    { noun: 'operation', summary: 'show one operation by its id', commands: OPERATION },
  ],
  'Repair:': REPAIR,
  'Set up:': [...SETUP, ...SIGN_IN],
  'Reference:': REFERENCE,
};

const ALL = Object.values(GROUPS).flat();

/** All commands, those of two words included. */
export const COMMANDS: readonly CommandSpec[] = ALL.flatMap((spec) =>
  'noun' in spec ? spec.commands : [spec],
);

/** The subcommands of a noun; empty for any other word. */
export const commandsOf = (word: string): readonly CommandSpec[] =>
  ALL.flatMap((spec) => ('noun' in spec && spec.noun === word ? spec.commands : []));

/** The words of a command without its arguments. */
export const wordsOf = ({ usage }: Pick<CommandSpec, 'usage'>): string[] =>
  usage.split(' ').filter((word) => /^[a-z]/.test(word));

/** The command that a command line begins with; undefined when it begins with none. */
export const commandIn = (words: readonly string[]): CommandSpec | undefined =>
  COMMANDS.find((spec) => wordsOf(spec).every((word, index) => word === words[index]));
