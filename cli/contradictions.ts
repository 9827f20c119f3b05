import { usageError, type CliError } from './exit.ts';
import type { Options } from './options.ts';

/** Flags that exclude each other. */
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['--private', '--public'],
  ['--gpu', '--no-gpu'],
  ['--gpu-max', '--no-gpu'],
  ['--gpu-spot', '--no-gpu'],
  ['--preset', '--components'],
  ['--member', '--no-members'],
  ['--wait-for-quota', '--fallback-sizes'],
];

/** Refuses flags and arguments that contradict each other. `flags` are the given ones. */
export function refuseContradictions(
  flags: ReadonlySet<string>,
  [argument]: readonly string[],
  { name, prefix }: Options,
): void {
  const pair = EXCLUSIVE.find((both) => both.every((flag) => flags.has(flag)));
  if (pair !== undefined) throw contradiction(...pair);
  const named = [
    argument,
    name === undefined ? undefined : `--name ${name}`,
    prefix === undefined ? undefined : `--prefix ${prefix}`,
  ].filter((word) => word !== undefined);
  const values = new Set([argument, name, prefix].filter((value) => value !== undefined));
  const [first = '', second = ''] = named;
  if (values.size > 1) throw contradiction(first, second);
}

const contradiction = (one: string, other: string): CliError =>
  usageError(`${one} and ${other} contradict each other.`, 'Use one of them.');
