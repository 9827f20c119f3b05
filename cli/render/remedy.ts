import type { OperationKind } from '../../lib/domain/plan.ts';
import type { Remedy } from '../../lib/domain/remedy.ts';
import { oneLine, wrap, type Look } from './text.ts';

/** What a problem is about. What a remedy leaves out is taken from here. */
export interface RemedyContext {
  stack?: string;
  /** The operation that failed. */
  kind?: OperationKind;
}

/**
 * The flags of the command by what they set: fields of the spec by their path, and options of a request. Where a flag
 * takes no value it stands for one; empty where the flag of another field says it all.
 */
export const FLAG_OF: Record<string, string> = {
  location: '--location',
  preset: '--preset',
  components: '--components',
  'cluster.nodeSize': '--node-size',
  'cluster.minNodes': '--min-nodes',
  'cluster.maxNodes': '--max-nodes',
  'cluster.kubernetesVersion': '--kubernetes-version',
  'cluster.gpu=false': '--no-gpu',
  'cluster.gpu.nodeSize': '--gpu',
  'cluster.gpu.maxNodes': '--gpu-max',
  'cluster.gpu.spot=true': '--gpu-spot',
  'cluster.onShortage.do=wait': '',
  'cluster.onShortage.do=fallback': '',
  'cluster.onShortage.upTo': '--wait-for-quota',
  'cluster.onShortage.nodeSizes': '--fallback-sizes',
  'access.kind=private': '--private',
  'access.kind=public': '',
  'access.allowFrom': '--public',
  'allowRemoval=true': '--allow-removal',
  'keepData=true': '--keep-data',
  'force=true': '--force',
};

/** Commands that take the name of a stack and flags. */
const VERBS: Partial<Record<Remedy['action'], string>> = {
  planStack: 'plan',
  provisionStack: 'provision',
  destroyStack: 'destroy',
  hibernateStack: 'hibernate',
  wakeStack: 'wake',
  upgradeStack: 'upgrade',
  unlockStack: 'unlock',
  getStack: 'status',
  listEvents: 'events',
  getOperation: 'watch',
};

type Value = NonNullable<Remedy['arguments']>[string];

/** What to type for a remedy; undefined where there is no such command. */
export function commandOf(
  { action, arguments: given = {} }: Remedy,
  context: RemedyContext,
): string | undefined {
  const { name = context.stack, id, command, url, ...options } = given;
  const verb = action === 'repeatOperation' ? context.kind : VERBS[action];
  if (verb !== undefined && name !== undefined) return commandLine(verb, name, options);
  if (action === 'getOperation' && id !== undefined) return commandLine('operation watch', id, {});
  if (action === 'provisionStack') return commandLine('provision', undefined, options);
  if (action === 'getOutputs') return `matcha get${name === undefined ? '' : ` --stack ${quoted(name)}`}`;
  if (action === 'listStacks') return 'matcha list';
  if (action === 'readCatalogue') return 'matcha catalogue';
  if (action === 'signIn') return 'az login';
  const text = action === 'runAzureCli' ? command : action === 'openUrl' ? url : undefined;
  return text === undefined ? undefined : oneLine(String(text));
}

/** Undefined where the command has no flag for one of the options. */
function commandLine(
  verb: string,
  subject: Value | undefined,
  options: Record<string, Value>,
): string | undefined {
  const flags = Object.entries(options).map(([field, value]) => flagged(field, value));
  if (flags.includes(undefined)) return undefined;
  return ['matcha', verb, subject === undefined ? '' : quoted(subject), ...flags].filter(Boolean).join(' ');
}

function flagged(field: string, value: Value): string | undefined {
  const flag = FLAG_OF[field];
  if (flag === undefined) return FLAG_OF[`${field}=${String(value)}`];
  const separator = flag === '--public' ? ' ' : ',';
  const text = Array.isArray(value) ? value.map(quoted).join(separator) : quoted(value);
  return `${flag} ${flag === '--wait-for-quota' ? shortDuration(text) : text}`;
}

/** For a shell. */
const quoted = (value: Value): string => {
  const text = oneLine(String(value));
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
};

/** `P3D` as `3d`, `PT12H` as `12h`; other durations of ISO 8601 as they are. */
const shortDuration = (text: string): string =>
  /^P(\d+D|T\d+[HM])$/.test(text) ? text.replace(/^PT?/, '').toLowerCase() : text;

/** What is wrong with the fields of a request, in the words of the command line: `--public: must be a network`. */
export const withFlags = (cause: string): string =>
  cause.replaceAll(/(^|; )([a-z]\w*(?:\.\w+)*?)(?:\.\d+)?: /gi, (all, before: string, field: string) =>
    FLAG_OF[field] ? `${before}${FLAG_OF[field]}: ` : all,
  );

const GAP = 3;

/**
 * What can be done, each on its own: commands and texts side by side where there is room for all of them, else every
 * command below its text. Commands are never broken, so that they can be copied.
 */
export function remedyLines(
  remedies: readonly Remedy[],
  context: RemedyContext,
  { width, paint }: Look,
): string[] {
  const rows = remedies.map((remedy) => ({
    text: oneLine(remedy.text),
    command: commandOf(remedy, context),
  }));
  const column = Math.max(...rows.map(({ command = '' }) => command.length)) + GAP;
  const isWide = rows.every(({ text, command }) =>
    command === undefined ? true : column + text.length <= width,
  );
  return rows.flatMap(({ text, command }) => {
    if (command === undefined) return wrap(text, width);
    if (isWide)
      return [`${paint('cyan', command)}${' '.repeat(column - command.length)}${paint('dim', text)}`];
    return [...wrap(text, width), `  ${paint('cyan', command)}`];
  });
}
