import { runCommand, type CommandRemedy } from './complaint.ts';
import { manual } from '../lib/domain/remedies.ts';
import type { Remedy } from '../lib/domain/remedy.ts';
import { shellWord } from './shell.ts';

const command = (text: string, why = 'Use this instead.') => runCommand(text, why);

/** Words of a person must not find what every object has, such as `constructor`. */
function table<T>(entries: Record<string, T>): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries));
}

/** Commands and flags that people try, some of them from the original tool, and what to do instead. */
const INSTEAD = table<CommandRemedy | Remedy>({
  'force-unlock': command('matcha unlock --force'),
  analytics: manual('Matcha collects no usage data, so there is nothing to switch off.'),
  '--verbose': command('matcha events', 'Progress shows every step; this lists what happened.'),
  '--password': command('matcha get pipeline --show-sensitive', 'Passwords are generated; this shows them.'),
});

/** Other names of commands. Their arguments stay. */
const SYNONYMS = table({
  cost: 'plan',
  up: 'provision',
  create: 'provision',
  apply: 'provision',
  down: 'destroy',
  delete: 'destroy',
  stop: 'hibernate',
  start: 'wake',
});

/** What the original tool called the component of a kind (`stack add experiment_tracker mlflow`). */
const KINDS = table({
  orchestrator: 'zenml',
  experiment_tracker: 'mlflow',
  data_version_control: 'dvc',
  deployer: 'seldon',
  vector_database: 'chroma',
});

/** What to do instead of a word that is no command and no flag here; undefined when there is nothing like it. */
export function insteadOf(wrong: string, words: readonly string[]): CommandRemedy | Remedy | undefined {
  const synonym = SYNONYMS.get(wrong);
  if (synonym === undefined) return INSTEAD.get(wrong);
  return command(line(words.map((word) => (word === wrong ? synonym : word))));
}

/** `matcha stack add mlflow` for `stack add experiment_tracker mlflow`; undefined for any other command line. */
export function withoutKind([noun, verb, kind = '', ...rest]: readonly string[]): CommandRemedy | undefined {
  const component = KINDS.get(kind);
  const isChange = noun === 'stack' && (verb === 'add' || verb === 'remove');
  if (!isChange || component === undefined) return undefined;
  const [flavor = component, ...more] = rest;
  const [name, flags] = flavor.startsWith('-') ? [component, rest] : [flavor, more];
  return command(line([noun, verb, name, ...flags]), 'A component has one name.');
}

const line = (words: readonly string[]): string => ['matcha', ...words].map(shellWord).join(' ');
