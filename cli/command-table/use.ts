import type { CommandSpec } from './spec.ts';

/** Commands that use the tools of a stack. */
export const USE: readonly CommandSpec[] = [
  {
    usage: 'connect [name] [command...]',
    summary: 'open the tools of a stack on this machine, or run a command with them',
    examples: ['matcha connect demo', 'matcha connect demo -- zenml stack list'],
    load: async () => (await import('../commands/connect.ts')).connect,
  },
  {
    usage: 'open [stack] [tool]',
    summary: 'open a tool in the browser; prints its address without one',
    examples: ['matcha open demo mlflow', 'matcha open experiment-tracker'],
    load: async () => (await import('../commands/open.ts')).open,
  },
  {
    usage: 'env [name]',
    summary: 'print environment variables that point clients to the tools',
    flags: [
      ['--cluster', 'addresses for pods in the cluster'],
      ['--show-sensitive', 'include what signs in; this is recorded as an event'],
    ],
    examples: ['eval "$(matcha env demo --show-sensitive)"'],
    load: async () => (await import('../commands/env.ts')).env,
  },
  {
    usage: 'kubeconfig [name]',
    summary: 'print a kubeconfig of one hour, for pipelines and forwarded ports',
    flags: [['--file <file>', 'write it to a file that only you can read']],
    examples: ['matcha kubeconfig demo --file demo.kubeconfig'],
    load: async () => (await import('../commands/kubeconfig.ts')).kubeconfig,
  },
];
