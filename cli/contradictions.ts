import type { CommandSpec } from './command-table/spec.ts';
import { usageError, type CliError } from './exit.ts';
import type { Options } from './options.ts';

/** Flags that exclude each other. */
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['--private', '--public'],
  ['--gpu', '--no-gpu'],
  ['--gpu-max', '--no-gpu'],
  ['--gpu-spot', '--no-gpu'],
  ['--shared-keys', '--no-shared-keys'],
  ['--preset', '--components'],
  ['--member', '--no-members'],
  ['--wait-for-quota', '--fallback-sizes'],
  ['--requirements', '--dockerfile'],
  ['--watch', '--timeline'],
  ...pairsOf(['--browser', '--device-code', '--azure-cli', '--workload-identity']),
];

function pairsOf(flags: readonly string[]): (readonly [string, string])[] {
  return flags.flatMap((one, index) => flags.slice(index + 1).map((other) => [one, other] as const));
}

/** Refuses flags and arguments that contradict each other. `flags` are those given to the command itself. */
export function refuseContradictions(
  { usage }: Pick<CommandSpec, 'usage'>,
  flags: ReadonlySet<string>,
  [argument]: readonly string[],
  options: Options,
): void {
  const pair = EXCLUSIVE.find((both) => both.every((flag) => flags.has(flag)));
  if (pair !== undefined) throw contradiction(...pair);
  const { name, prefix, stack } = options;
  const names = [
    { value: usage.includes('[name]') ? argument : undefined, shown: argument },
    ...Object.entries({ name, prefix, stack }).map(([flag, value]) => ({
      value,
      shown: `--${flag} ${value ?? ''}`,
    })),
  ].filter(({ value }) => value !== undefined);
  const [first, ...others] = names;
  const other = others.find(({ value }) => value?.toLowerCase() !== first?.value?.toLowerCase());
  if (other !== undefined) throw contradiction(first?.shown ?? '', other.shown ?? '');
}

const contradiction = (one: string, other: string): CliError =>
  usageError(`${one} and ${other} contradict each other.`, 'Use one of them.', 'CONTRADICTING_FLAGS');
