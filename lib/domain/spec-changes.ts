import { differences, patchBetween } from './merge-patch.ts';
import { shorten } from './quote.ts';
import { scrub } from './scrub.ts';
import type { StackSpec } from './spec.ts';

/** How many changes an event lists, and how long the text of a value is. */
const MOST_CHANGES = 20;
const LONGEST_VALUE = 60;

/** What of a spec is different, in short: `cluster.maxNodes: 3 → 5`. For events, which have room for a few of them. */
export function specChanges(before: StackSpec, after: StackSpec): string[] {
  const found = differences(before, patchBetween(before, after)).map(
    (change) => `${change.path}: ${valueText(change.before)} → ${valueText(change.after)}`,
  );
  const more = found.length - MOST_CHANGES;
  return more > 0 ? [...found.slice(0, MOST_CHANGES), `and ${more} more`] : found;
}

function valueText(value: unknown): string {
  if (value === undefined) return 'none';
  const text = Array.isArray(value) ? value.map(itemText).join(', ') || 'none' : itemText(value);
  return shorten(scrub(text), LONGEST_VALUE);
}

/** People are shown by name. */
const itemText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  return 'name' in value ? String(value.name) : JSON.stringify(value);
};
