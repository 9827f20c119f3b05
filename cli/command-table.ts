import type { Context } from './context.ts';
import { ALLOW_REMOVAL, NO_WAIT, REQUEST_FLAGS, YES, type FlagSpec } from './command-flags.ts';

/** Runs a command and returns its exit code. `args` are the given positional arguments. */
export type Run = (context: Context, args: string[]) => Promise<number>;

export interface CommandSpec {
  /** The words of the command, then its arguments. */
  usage: string;
  group: string;
  summary: string;
  flags?: readonly FlagSpec[];
  examples?: readonly string[];
  /** Loads the code when the command runs, so that help is fast. */
  load: () => Promise<Run>;
}

const GROUPS = {
  manage: 'Create, change and delete:',
  use: 'Use:',
  inspect: 'Inspect:',
  repair: 'Repair:',
  reference: 'Reference:',
};

/** Commands that only have subcommands. */
export const NOUNS: Record<string, { group: string; summary: string }> = {
  image: { group: GROUPS.manage, summary: 'build images for pipelines, in the registry of a stack' },
  stack: { group: GROUPS.manage, summary: 'set the preset of this directory, or change components' },
  member: { group: GROUPS.manage, summary: 'choose who uses a stack besides its owner' },
  operation: { group: GROUPS.inspect, summary: 'show one operation by its id' },
};

export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'provision [name]',
    group: GROUPS.manage,
    summary: 'create a stack, change one, or continue a failed one',
    flags: [...REQUEST_FLAGS, YES, ALLOW_REMOVAL, NO_WAIT],
    examples: [
      'matcha provision demo --location uksouth --preset llm',
      'matcha provision demo --location uksouth --public 203.0.113.0/24 --yes',
      'matcha provision demo --location uksouth --wait-for-quota 3d',
    ],
    load: async () => (await import('./commands/provision.ts')).provision,
  },
  {
    usage: 'plan [name]',
    group: GROUPS.manage,
    summary: 'show what `provision` would do',
    flags: REQUEST_FLAGS,
    examples: ['matcha plan demo --location uksouth'],
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    usage: 'upgrade [name]',
    group: GROUPS.manage,
    summary: 'upgrade the tools of a stack to the versions of the catalogue',
    flags: [YES, NO_WAIT],
    load: async () => (await import('./commands/upgrade.ts')).upgrade,
  },
  {
    usage: 'hibernate [name]',
    group: GROUPS.manage,
    summary: 'stop the cluster of a stack to save cost; data stays',
    flags: [NO_WAIT],
    load: async () => (await import('./commands/power.ts')).hibernate,
  },
  {
    usage: 'wake [name]',
    group: GROUPS.manage,
    summary: 'start a hibernated stack again',
    flags: [NO_WAIT],
    load: async () => (await import('./commands/power.ts')).wake,
  },
  {
    usage: 'verify [name]',
    group: GROUPS.manage,
    summary: 'run a pipeline on a stack and serve a model with it',
    flags: [NO_WAIT],
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    usage: 'destroy [name]',
    group: GROUPS.manage,
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
    load: async () => (await import('./commands/destroy.ts')).destroy,
  },
  {
    usage: 'stack set <preset>',
    group: GROUPS.manage,
    summary: 'set the preset of this directory',
    examples: ['matcha stack set llm'],
    load: async () => (await import('./commands/stack.ts')).setStack,
  },
  {
    usage: 'stack list',
    group: GROUPS.manage,
    summary: 'list the presets',
    load: async () => (await import('./commands/stack.ts')).listPresets,
  },
  {
    usage: 'stack add <component>',
    group: GROUPS.manage,
    summary: 'add a component to a stack',
    flags: [['--replace', 'replace the component in the same slot'], YES, ALLOW_REMOVAL, NO_WAIT],
    examples: ['matcha stack add chroma --stack demo'],
    load: async () => (await import('./commands/components.ts')).addComponent,
  },
  {
    usage: 'stack remove <component>',
    group: GROUPS.manage,
    summary: 'remove a component and its data from a stack',
    flags: [YES, ALLOW_REMOVAL, NO_WAIT],
    load: async () => (await import('./commands/components.ts')).removeComponent,
  },
  {
    usage: 'member add <person>',
    group: GROUPS.manage,
    summary: 'let somebody use a stack',
    flags: [YES, NO_WAIT],
    examples: ['matcha member add lin@example.com --stack demo'],
    load: async () => (await import('./commands/member.ts')).addMember,
  },
  {
    usage: 'member remove <person>',
    group: GROUPS.manage,
    summary: 'take back what a member may do',
    flags: [YES, NO_WAIT],
    load: async () => (await import('./commands/member.ts')).removeMember,
  },
  {
    usage: 'member list [name]',
    group: GROUPS.manage,
    summary: 'show the owner and the members of a stack',
    load: async () => (await import('./commands/member.ts')).listMembers,
  },
  {
    usage: 'image build [name]',
    group: GROUPS.manage,
    summary: 'build an image; without a file, the pipeline image of the stack',
    flags: [
      ['-r, --requirements <file>', 'the pipeline image with the packages of this requirements.txt'],
      ['--dockerfile <file>', 'this Dockerfile; its folder is the build context'],
      ['--tag <tag>', 'tag of the image (default: a digest of its content)'],
      ['--no-wait', 'return at once; `matcha image log` shows the progress'],
    ],
    examples: [
      'matcha image build -r requirements.txt',
      'matcha image build demo --dockerfile Dockerfile --tag v2',
    ],
    load: async () => (await import('./commands/image.ts')).buildImage,
  },
  {
    usage: 'image list [name]',
    group: GROUPS.manage,
    summary: 'list the latest images and builds',
    load: async () => (await import('./commands/image.ts')).listImages,
  },
  {
    usage: 'image log <id>',
    group: GROUPS.manage,
    summary: 'follow the log of a build',
    load: async () => (await import('./commands/image.ts')).imageLog,
  },
  {
    usage: 'connect [name] [command...]',
    group: GROUPS.use,
    summary: 'open the tools of a stack on this machine, or run a command with them',
    examples: ['matcha connect demo', 'matcha connect demo -- zenml stack list'],
    load: async () => (await import('./commands/connect.ts')).connect,
  },
  {
    usage: 'env [name]',
    group: GROUPS.use,
    summary: 'print environment variables that point clients to the tools',
    flags: [
      ['--cluster', 'addresses for pods in the cluster'],
      ['--show-sensitive', 'include what signs in; this is recorded as an event'],
    ],
    examples: ['eval "$(matcha env demo --show-sensitive)"'],
    load: async () => (await import('./commands/env.ts')).env,
  },
  {
    usage: 'kubeconfig [name]',
    group: GROUPS.use,
    summary: 'print a kubeconfig of one hour, for pipelines and forwarded ports',
    flags: [['--file <file>', 'write it to a file that only you can read']],
    examples: ['matcha kubeconfig demo --file demo.kubeconfig'],
    load: async () => (await import('./commands/kubeconfig.ts')).kubeconfig,
  },
  {
    usage: 'list',
    group: GROUPS.inspect,
    summary: 'list the stacks',
    flags: [['--all', 'include destroyed stacks']],
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    usage: 'status [name]',
    group: GROUPS.inspect,
    summary: 'show one stack',
    flags: [
      ['--watch', 'follow its active operation'],
      ['--timeline', 'show when each step ran'],
    ],
    examples: ['matcha status demo --timeline'],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    usage: 'watch [name]',
    group: GROUPS.inspect,
    summary: 'follow the active operation of a stack',
    load: async () => (await import('./commands/watch.ts')).watch,
  },
  {
    usage: 'get [resource] [property]',
    group: GROUPS.inspect,
    summary: 'show addresses, names and credentials of a stack',
    flags: [
      ['--output <format>', 'text, json or yaml (default: text)'],
      ['--show-sensitive', 'include credentials; this is recorded as an event'],
    ],
    examples: [
      'matcha get',
      'matcha get experiment-tracker tracking-url --output json',
      'matcha get pipeline --show-sensitive --stack demo',
    ],
    load: async () => (await import('./commands/get.ts')).get,
  },
  {
    usage: 'events [name]',
    group: GROUPS.inspect,
    summary: 'list the newest events of a stack',
    flags: [
      ['--all', 'list all events, not only the newest 100'],
      ['--receipt', 'list what each destroy operation deleted'],
    ],
    load: async () => (await import('./commands/events.ts')).events,
  },
  {
    usage: 'operation show <id>',
    group: GROUPS.inspect,
    summary: 'show the state of an operation',
    load: async () => (await import('./commands/operation.ts')).showOperation,
  },
  {
    usage: 'operation watch <id>',
    group: GROUPS.inspect,
    summary: 'follow an operation to its end',
    load: async () => (await import('./commands/operation.ts')).watchOperation,
  },
  {
    usage: 'operation cancel <id>',
    group: GROUPS.repair,
    summary: 'cancel an operation',
    flags: [NO_WAIT, YES],
    load: async () => (await import('./commands/cancel.ts')).cancelOperation,
  },
  {
    usage: 'cancel [name]',
    group: GROUPS.repair,
    summary: 'cancel the running operation of a stack; the stack can be continued',
    flags: [NO_WAIT, YES],
    load: async () => (await import('./commands/cancel.ts')).cancel,
  },
  {
    usage: 'unlock [name]',
    group: GROUPS.repair,
    summary: 'free a stack from a lost operation',
    flags: [['--force', 'end the operation even if it is running'], YES],
    load: async () => (await import('./commands/unlock.ts')).unlock,
  },
  {
    usage: 'doctor',
    group: GROUPS.repair,
    summary: 'check the connection to the server',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    usage: 'catalogue',
    group: GROUPS.reference,
    summary: 'list presets, components and regions',
    load: async () => (await import('./commands/catalogue.ts')).catalogue,
  },
];
