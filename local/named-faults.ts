import type { Component } from '../lib/components/component.ts';
import { suggest } from '../lib/domain/suggest.ts';
import { FAULT_KINDS, type FaultTarget, type ValueKind } from './fault-kinds.ts';
import { UsageError } from './usage-error.ts';

export type FaultName = keyof typeof FAULT_KINDS;

const NAMES = Object.keys(FAULT_KINDS) as FaultName[];

/** For help texts: each fault with its value and what it does. */
export const FAULTS: readonly (readonly [form: string, summary: string])[] = Object.entries(FAULT_KINDS).map(
  ([name, { value, summary }]) => [`${name}=${value.placeholder}`, summary],
);

/** A fault by its name, and its value as text. */
export interface NamedFault {
  name: FaultName;
  value: string;
}

export interface FaultList {
  faults: NamedFault[];
  /** The same seed gives the same random choices. */
  seed: number;
}

/** As the user wrote it, with the seed where it matters. */
export function faultText({ faults, seed }: FaultList): string {
  const isRandom = faults.some(({ name }) => FAULT_KINDS[name].value.placeholder === 'P');
  return [...faults.map(({ name, value }) => `${name}=${value}`), ...(isRandom ? [`seed=${seed}`] : [])].join(
    ', ',
  );
}

/** The largest seed. */
const MAX_SEED = 2 ** 31 - 1;

/**
 * Parses `quota=Standard_D4s_v5,throttle=0.1,seed=7`. Without `seed`, one is chosen.
 * @throws UsageError for an unknown name or value.
 */
export function parseFaults(text: string, components: readonly Component[]): FaultList {
  const list: FaultList = { faults: [], seed: Math.floor(Math.random() * 1000) };
  for (const part of text.split(',').map((word) => word.trim())) {
    const [name = '', value = ''] = part.split(/=(.*)/);
    if (name === 'seed') list.seed = Number(checked({ name, value }, SEED, components));
    else {
      const known = NAMES.find((candidate) => candidate === name);
      if (known === undefined) throw unknown('fault', name, [...NAMES, 'seed']);
      list.faults.push({
        name: known,
        value: checked({ name, value }, FAULT_KINDS[known].value, components),
      });
    }
  }
  return list;
}

const SEED: ValueKind = { placeholder: 'N', min: 0, max: MAX_SEED };

function checked(
  { name, value }: { name: string; value: string },
  { words, min = 0, max = 0 }: ValueKind,
  components: readonly Component[],
): string {
  if (words) {
    const known = words(components);
    const found = known.find((word) => word.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw unknown(`value of the fault ${name}`, value, known);
    return found;
  }
  const number = value === '' ? Number.NaN : Number(value);
  if (!(number >= min && number <= max))
    throw new UsageError(
      `The value of the fault ${name} must be a number from ${min} to ${max}, not "${value}".`,
    );
  return value;
}

const MOST_LISTED = 12;

function unknown(what: string, word: string, known: string[]): UsageError {
  const near = suggest(word, known);
  const list =
    known.length > MOST_LISTED ? `${known.slice(0, MOST_LISTED).join(', ')} and more` : known.join(', ');
  const hint = near === undefined ? `Known are ${list}.` : `Did you mean ${near}?`;
  return new UsageError(`Unknown ${what}: "${word}". ${hint}`);
}

/** Injects the faults, in the order of the table. */
export async function injectFaults(faults: readonly NamedFault[], target: FaultTarget): Promise<void> {
  for (const name of NAMES)
    for (const { value } of faults.filter((fault) => fault.name === name))
      await FAULT_KINDS[name].inject(target, value);
}
