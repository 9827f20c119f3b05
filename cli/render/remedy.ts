import type { Remedy } from '../../lib/domain/remedy.ts';
import type { CommandRemedy, RemedyContext } from '../complaint.ts';
import { shellWord } from '../shell.ts';
import { oneLine, wrap, type Look } from './text.ts';

/**
 * The flag for each field of the spec, by its path, and for each option of a request. A flag without a value is
 * listed as `field=value`. Empty when the flag of another field already says it.
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
  'storage.sharedKeyAccess=true': '--shared-keys',
  'storage.sharedKeyAccess=false': '--no-shared-keys',
  members: '--member',
  'members=': '--no-members',
  'allowRemoval=true': '--allow-removal',
  'keepData=true': '--keep-data',
  'force=true': '--force',
};

/** Commands that take the name of a stack and flags. */
const VERBS: Partial<Record<(Remedy | CommandRemedy)['action'], string>> = {
  planStack: 'plan',
  provisionStack: 'provision',
  destroyStack: 'destroy',
  hibernateStack: 'hibernate',
  wakeStack: 'wake',
  verifyStack: 'verify',
  upgradeStack: 'upgrade',
  unlockStack: 'unlock',
  cancelOperation: 'cancel',
  getStack: 'status',
  listEvents: 'events',
  getOperation: 'watch',
};

type Value = NonNullable<Remedy['arguments']>[string];

/** The command line for a remedy; undefined when the command cannot do it. */
export function commandOf(
  { action, arguments: given = {} }: Remedy | CommandRemedy,
  context: RemedyContext,
): string | undefined {
  const { name = context.stack, id, command, url, ...options } = given;
  const verb = action === 'repeatOperation' ? context.kind : VERBS[action];
  if (verb !== undefined && name !== undefined) return commandLine(verb, name, options);
  if (action === 'getOperation' && id !== undefined) return commandLine('operation watch', id, {});
  if (action === 'provisionStack') return commandLine('provision', undefined, options);
  if (action === 'getOutputs') return `matcha get${name === undefined ? '' : ` --stack ${quoted(name)}`}`;
  if (action === 'buildImage') return `matcha image build${name === undefined ? '' : ` ${quoted(name)}`}`;
  if (action === 'listImages') return `matcha image list${name === undefined ? '' : ` ${quoted(name)}`}`;
  if (action === 'listStacks') return 'matcha list';
  if (action === 'readCatalogue') return 'matcha catalogue';
  if (action === 'signIn') return 'matcha login';
  const isCommand = action === 'runCommand' || action === 'runAzureCli';
  const text = isCommand ? command : action === 'openUrl' ? url : undefined;
  return text === undefined ? undefined : oneLine(String(text));
}

/** Undefined when the command has no flag for one of the options. */
function commandLine(
  verb: string,
  subject: Value | undefined,
  options: Record<string, Value>,
): string | undefined {
  const flags = Object.entries(options).map(([field, value]) => flagged(field, value));
  if (flags.includes(undefined)) return undefined;
  return ['matcha', verb, subject === undefined ? '' : quoted(subject), ...flags].filter(Boolean).join(' ');
}

/** Between the values of a list. */
const SEPARATORS: Record<string, string> = { '--public': ' ', '--member': ' --member ' };

function flagged(field: string, value: Value): string | undefined {
  const isEmpty = Array.isArray(value) && value.length === 0;
  const flag = isEmpty ? undefined : FLAG_OF[field];
  if (flag === undefined) return FLAG_OF[`${field}=${String(value)}`];
  const separator = SEPARATORS[flag] ?? ',';
  const text = Array.isArray(value) ? value.map(quoted).join(separator) : quoted(value);
  return `${flag} ${flag === '--wait-for-quota' ? shortDuration(text) : text}`;
}

const quoted = (value: Value): string => shellWord(oneLine(String(value)));

/** `P3D` as `3d`, `PT12H` as `12h`; other ISO 8601 durations unchanged. */
const shortDuration = (text: string): string =>
  /^P(\d+D|T\d+[HM])$/.test(text) ? text.replace(/^PT?/, '').toLowerCase() : text;

const GAP = 3;

/**
 * Remedies: commands and texts side by side when all of them fit, otherwise each command below its text. A
 * command is never broken into lines, so that it can be copied.
 */
export function remedyLines(
  remedies: readonly (Remedy | CommandRemedy)[],
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
