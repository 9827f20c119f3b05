import { lineCount } from '../flag-values.ts';
import type { CommandSpec } from './spec.ts';

/** Commands that show stacks. */
export const INSPECT: readonly CommandSpec[] = [
  {
    usage: 'list',
    summary: 'list the stacks',
    flags: [['--all', 'include destroyed stacks']],
    load: async () => (await import('../commands/list.ts')).list,
  },
  {
    usage: 'status [name]',
    summary: 'show one stack',
    flags: [
      ['--watch', 'follow its active operation'],
      ['--timeline', 'show when each step ran'],
    ],
    examples: ['matcha status demo --timeline'],
    load: async () => (await import('../commands/status.ts')).status,
  },
  {
    usage: 'watch [name]',
    summary: 'follow the active operation of a stack',
    load: async () => (await import('../commands/watch.ts')).watch,
  },
  {
    usage: 'get [resource] [property]',
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
    load: async () => (await import('../commands/get.ts')).get,
  },
  {
    usage: 'events [name]',
    summary: 'list the newest events of a stack',
    flags: [
      ['--all', 'list all events, not only the newest 100'],
      ['--receipt', 'list what each destroy operation deleted'],
      ['--access', 'list who was refused, on any stack (for administrators)'],
    ],
    load: async () => (await import('../commands/events.ts')).events,
  },
  {
    usage: 'logs [stack] [tool]',
    summary: 'show the latest log lines of a tool',
    flags: [['--tail <count>', 'lines of each container, at most 500 (default: 100)', lineCount]],
    examples: ['matcha logs demo mlflow', 'matcha logs zenml --tail 20'],
    load: async () => (await import('../commands/logs.ts')).logs,
  },
];
