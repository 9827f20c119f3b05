import { suggest } from '../domain/suggest.ts';

/** What can be asked for in a chat. `name` is the name of a stack. Nothing here shows a credential. */
export const USAGE = {
  list: { arguments: '', summary: 'all stacks' },
  status: { arguments: 'name', summary: 'one stack, and what it is doing' },
  events: { arguments: 'name', summary: 'what happened to a stack' },
  plan: { arguments: 'name [region] [preset] [field=value]', summary: 'what a provision would change' },
  provision: { arguments: 'name [region] [preset] [field=value]', summary: 'create, change or continue' },
  verify: { arguments: 'name', summary: 'run a pipeline and serve a model' },
  upgrade: { arguments: 'name', summary: 'move the tools to the versions of the catalogue' },
  hibernate: { arguments: 'name', summary: 'stop the cluster and its cost; data stays' },
  wake: { arguments: 'name', summary: 'start a hibernated stack' },
  cancel: { arguments: 'name', summary: 'cancel the running operation' },
  destroy: { arguments: 'name [keep-data]', summary: 'delete a stack; asks first' },
  link: { arguments: 'code', summary: 'say who you are' },
  unlink: { arguments: '', summary: 'end that' },
  whoami: { arguments: '', summary: 'who you are here, and what you may do' },
  help: { arguments: '', summary: 'this list' },
} as const;

export type Verb = keyof typeof USAGE;

export const VERBS = Object.keys(USAGE) as Verb[];

/** Other words for the same. */
const SYNONYMS: Record<string, Verb> = {
  ls: 'list',
  stacks: 'list',
  show: 'status',
  watch: 'status',
  create: 'provision',
  delete: 'destroy',
  remove: 'destroy',
  stop: 'hibernate',
  start: 'wake',
  '?': 'help',
};

export const isVerb = (word: string): word is Verb => Object.hasOwn(USAGE, word);

export const verbOf = (word: string): Verb | undefined => {
  const lower = word.toLowerCase();
  if (isVerb(lower)) return lower;
  return Object.hasOwn(SYNONYMS, lower) ? SYNONYMS[lower] : undefined;
};

export const nearestVerb = (word: string): string | undefined => suggest(word, VERBS);
