import { InvalidArgumentError } from 'commander';
import type { Context } from './context.ts';
import type { ExitCode } from './exit.ts';

/** Does what a command is for. `args` are its positional arguments, as far as they were given. */
export type Run = (context: Context, args: string[]) => Promise<ExitCode>;

export type FlagSpec = readonly [flags: string, description: string, parse?: (text: string) => unknown];

export interface CommandSpec {
  /** The words that call it, then its arguments. */
  usage: string;
  group: string;
  summary: string;
  flags?: readonly FlagSpec[];
  examples?: readonly string[];
  /** Loads the code only when the command is called, so that help is there at once. */
  load: () => Promise<Run>;
}

const GROUPS = { build: 'Build and remove:', look: 'Look:', mend: 'Mend:', learn: 'Learn:' };

/** Commands that only hold others. */
export const NOUNS: Record<string, { group: string; summary: string }> = {
  stack: { group: GROUPS.build, summary: 'choose what `provision` builds here, or change a stack' },
  operation: { group: GROUPS.look, summary: 'look at one operation by its id' },
};

export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  ['--server <url>', 'the server (or MATCHA_URL, or matcha.config.json; else http://localhost:7071)'],
  ['--stack <name>', 'the stack (or MATCHA_STACK, or matcha.config.json; else the only one there is)'],
  ['--json', 'print one JSON document on stdout'],
  ['--no-color', 'print without colours (also: NO_COLOR)'],
  ['--no-input', 'never ask; fail and name the flag that is missing'],
];

const REQUEST_FLAGS: readonly FlagSpec[] = [
  ['--name <name>', 'name of the stack, prefix of every resource'],
  ['--prefix <name>', 'the same as --name'],
  ['--location <region>', 'region of Azure, such as uksouth'],
  ['--preset <preset>', 'what to build: default, or llm with a vector database'],
  ['--components <list>', 'build exactly these, separated by commas', commaList],
  ['--node-size <size>', 'VM size of the nodes, such as Standard_D4s_v5'],
  ['--min-nodes <count>', 'fewest nodes', wholeNumber],
  ['--max-nodes <count>', 'most nodes', wholeNumber],
  ['--kubernetes-version <version>', 'such as 1.35; else what the region offers'],
  ['--gpu <size>', 'have GPU nodes of this VM size, none until they are needed'],
  ['--gpu-max <count>', 'most GPU nodes (default: 1)', wholeNumber],
  ['--gpu-spot', 'take GPU nodes as spot: cheap, and gone whenever Azure needs them'],
  ['--no-gpu', 'have no GPU nodes any more'],
  ['--wait-for-quota [time]', 'keep asking while Azure lacks quota or capacity (default: 3d)', duration],
  ['--fallback-sizes <list>', 'VM sizes to try where there is none of --node-size', commaList],
  ['--private', 'reachable from nowhere outside the cluster again'],
  ['--public <cidr...>', 'reachable from these networks; else from nowhere outside the cluster'],
];
const YES: FlagSpec = ['--yes', 'do not ask for confirmation'];
const ALLOW_REMOVAL: FlagSpec = ['--allow-removal', 'with --yes: also remove what holds data, for good'];
const NO_WAIT: FlagSpec = ['--no-wait', 'return at once; `matcha watch` follows it'];

export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'provision [name]',
    group: GROUPS.build,
    summary: 'make a stack, change it, or continue one that failed',
    flags: [...REQUEST_FLAGS, YES, ALLOW_REMOVAL, NO_WAIT],
    examples: [
      'matcha provision demo --location uksouth --preset llm',
      'matcha provision demo --location uksouth --public 203.0.113.0/24 --yes --no-wait',
      'matcha provision demo --location uksouth --wait-for-quota 3d',
    ],
    load: async () => (await import('./commands/provision.ts')).provision,
  },
  {
    usage: 'plan [name]',
    group: GROUPS.build,
    summary: 'show what `provision` would do',
    flags: REQUEST_FLAGS,
    examples: ['matcha plan demo --location uksouth'],
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    usage: 'upgrade [name]',
    group: GROUPS.build,
    summary: 'move the tools of a stack to the versions of the catalogue',
    flags: [YES, NO_WAIT],
    load: async () => (await import('./commands/upgrade.ts')).upgrade,
  },
  {
    usage: 'hibernate [name]',
    group: GROUPS.build,
    summary: 'stop the cluster of a stack; everything stays, nodes cost nothing',
    flags: [NO_WAIT],
    load: async () => (await import('./commands/power.ts')).hibernate,
  },
  {
    usage: 'wake [name]',
    group: GROUPS.build,
    summary: 'start a hibernated stack again',
    flags: [NO_WAIT],
    load: async () => (await import('./commands/power.ts')).wake,
  },
  {
    usage: 'destroy [name]',
    group: GROUPS.build,
    summary: 'delete a stack and its data for good',
    flags: [
      ['--keep-data', 'leave the storage account; `provision` takes it up again'],
      YES,
      ['--confirm <name>', 'the name of the stack, instead of typing it'],
      NO_WAIT,
    ],
    examples: [
      'matcha destroy demo',
      'matcha destroy demo --keep-data',
      'matcha destroy demo --confirm demo --no-wait',
    ],
    load: async () => (await import('./commands/destroy.ts')).destroy,
  },
  {
    usage: 'stack set <preset>',
    group: GROUPS.build,
    summary: 'choose the preset for this directory',
    examples: ['matcha stack set llm'],
    load: async () => (await import('./commands/stack.ts')).setStack,
  },
  {
    usage: 'stack list',
    group: GROUPS.build,
    summary: 'list the presets',
    load: async () => (await import('./commands/stack.ts')).listPresets,
  },
  {
    usage: 'stack add <component>',
    group: GROUPS.build,
    summary: 'add a component to a stack that is up',
    flags: [
      ['--replace', 'put it in place of the component that fills the same slot'],
      YES,
      ALLOW_REMOVAL,
      NO_WAIT,
    ],
    examples: ['matcha stack add chroma --stack demo'],
    load: async () => (await import('./commands/components.ts')).addComponent,
  },
  {
    usage: 'stack remove <component>',
    group: GROUPS.build,
    summary: 'remove a component and its data from a stack',
    flags: [YES, ALLOW_REMOVAL, NO_WAIT],
    load: async () => (await import('./commands/components.ts')).removeComponent,
  },
  {
    usage: 'list',
    group: GROUPS.look,
    summary: 'list the stacks',
    flags: [['--all', 'also those that are destroyed']],
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    usage: 'status [name]',
    group: GROUPS.look,
    summary: 'show one stack',
    flags: [
      ['--watch', 'follow what is being done to it'],
      ['--timeline', 'show when each step ran'],
    ],
    examples: ['matcha status demo --timeline'],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    usage: 'watch [name]',
    group: GROUPS.look,
    summary: 'follow what is being done to a stack',
    load: async () => (await import('./commands/watch.ts')).watch,
  },
  {
    usage: 'get [resource] [property]',
    group: GROUPS.look,
    summary: 'show addresses, names and credentials of a stack',
    flags: [
      ['--output <format>', 'text, json or yaml (default: text)'],
      ['--show-sensitive', 'show credentials too; that is recorded'],
    ],
    examples: [
      'matcha get',
      'matcha get experiment-tracker tracking-url --output json',
      'matcha get pipeline --show-sensitive --stack demo',
    ],
    load: async () => (await import('./commands/get.ts')).get,
  },
  {
    usage: 'env [name]',
    group: GROUPS.look,
    summary: 'print the variables by which clients find its tools, for a shell',
    flags: [['--cluster', 'as pods of the cluster reach them']],
    examples: ['eval "$(matcha env demo)"'],
    load: async () => (await import('./commands/env.ts')).env,
  },
  {
    usage: 'events [name]',
    group: GROUPS.look,
    summary: 'tell what happened to a stack',
    flags: [['--receipt', 'list what its destruction deleted']],
    load: async () => (await import('./commands/events.ts')).events,
  },
  {
    usage: 'operation show <id>',
    group: GROUPS.look,
    summary: 'show how an operation stands',
    load: async () => (await import('./commands/operation.ts')).showOperation,
  },
  {
    usage: 'operation watch <id>',
    group: GROUPS.look,
    summary: 'follow an operation to its end',
    load: async () => (await import('./commands/operation.ts')).watchOperation,
  },
  {
    usage: 'unlock [name]',
    group: GROUPS.mend,
    summary: 'release a stack from an operation that is dead',
    flags: [['--force', 'also from one that is alive; that ends it'], YES],
    load: async () => (await import('./commands/unlock.ts')).unlock,
  },
  {
    usage: 'doctor',
    group: GROUPS.mend,
    summary: 'check that there is a server to talk to',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    usage: 'catalogue',
    group: GROUPS.learn,
    summary: 'show everything a stack can be made of',
    load: async () => (await import('./commands/catalogue.ts')).catalogue,
  },
];

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** `90m`, `12h`, `3d`, or what ISO 8601 makes of it: `P3D`. */
function duration(text: string): string {
  const [, count, unit] = /^(\d+)([mhd])$/i.exec(text) ?? [];
  if (count !== undefined && unit !== undefined)
    return /d/i.test(unit) ? `P${count}D` : `PT${count}${unit.toUpperCase()}`;
  if (/^P(?=.)/.test(text)) return text;
  throw new InvalidArgumentError('It must look like 90m, 12h or 3d.');
}

function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
