import { commaList, duration, repeated, wholeNumber } from './flag-values.ts';

/** `parse` also gets the value of the same flag before it, if there is one. */
export type FlagSpec = readonly [
  flags: string,
  description: string,
  parse?: (text: string, before: unknown) => unknown,
];

export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  [
    '--server <url>',
    'address of the server (or MATCHA_URL, matcha.config.json; default http://localhost:7071)',
  ],
  ['--stack <name>', 'name of the stack (or MATCHA_STACK, matcha.config.json; default: the only stack)'],
  ['--json', 'print one JSON document on stdout'],
  ['--no-color', 'print without colors (or NO_COLOR)'],
  ['--no-input', 'never ask; fail and name the missing flag'],
];

export const REQUEST_FLAGS: readonly FlagSpec[] = [
  ['--name <name>', 'name of the stack, prefix of every resource'],
  ['--prefix <name>', 'the same as --name'],
  ['--location <region>', 'Azure region, such as uksouth'],
  ['--preset <preset>', 'set of components: default, or llm with a vector database'],
  ['--components <list>', 'exactly these components, separated by commas', commaList],
  ['--node-size <size>', 'VM size of the nodes, such as Standard_D4s_v5'],
  ['--min-nodes <count>', 'minimum number of nodes', wholeNumber],
  ['--max-nodes <count>', 'maximum number of nodes', wholeNumber],
  ['--kubernetes-version <version>', 'such as 1.35 (default: chosen for the region)'],
  ['--gpu <size>', 'add GPU nodes of this VM size; they start when needed'],
  ['--gpu-max <count>', 'maximum number of GPU nodes (default: 1)', wholeNumber],
  ['--gpu-spot', 'use spot GPU nodes: cheaper, but Azure can evict them'],
  ['--no-gpu', 'remove the GPU nodes'],
  ['--wait-for-quota [time]', 'wait while Azure lacks quota or capacity (default: 3d)', duration],
  ['--fallback-sizes <list>', 'VM sizes to try when --node-size is not available', commaList],
  ['--shared-keys', 'allow keys of the storage account, for tools that cannot sign in (default: off)'],
  ['--no-shared-keys', 'turn the keys of the storage account off'],
  ['--private', 'no access from outside the cluster (default)'],
  ['--public <cidr...>', 'HTTPS access from these networks'],
  [
    '--member <person>',
    'somebody who uses the stack besides its owner (repeat it: it replaces all)',
    repeated,
  ],
  ['--no-members', 'nobody besides the owner'],
];
export const YES: FlagSpec = ['--yes', 'do not ask for confirmation'];
export const ALLOW_REMOVAL: FlagSpec = ['--allow-removal', 'with --yes: allow the removal of data'];
export const NO_WAIT: FlagSpec = ['--no-wait', 'return at once; `matcha watch` shows the progress'];
