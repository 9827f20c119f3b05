import type { AccessEventList } from '../../lib/api/sign-in.ts';
import type { StackEvent } from '../../lib/domain/status.ts';
import { table, type Column } from './table.ts';
import type { Look } from './text.ts';

type AccessEvent = AccessEventList['events'][number];
type AnyEvent = StackEvent | AccessEvent;

/** When, and how the caller reached Matcha, which needs a wide terminal. */
const time: Column<AnyEvent> = {
  title: 'TIME',
  text: ({ at }) => `${new Date(at).toISOString().slice(0, 19)}Z`,
};
const by: Column<AnyEvent> = { title: 'BY', text: ({ actor }) => actor, most: 20, optional: 2 };
const origin: Column<AnyEvent>[] = [
  { title: 'VIA', text: ({ channel }) => channel, optional: 1 },
  // The start of the id is enough to find it in the log.
  { title: 'REQUEST', text: ({ correlationId = '' }) => correlationId.slice(0, 8), optional: 0 },
];

/** Sentences in a narrower column are hard to read. */
const SENTENCE = 36;

/** The events of a stack, oldest first. */
export const eventTable = (events: readonly StackEvent[], look: Look): string[] =>
  table<StackEvent>(
    [
      time,
      { title: 'EVENT', text: ({ kind }) => kind, most: 24 },
      by,
      ...origin,
      { title: 'WHAT', text: whatOf, wraps: true, least: SENTENCE },
    ],
    oldestFirst(events),
    look,
  );

/** Requests that were refused, and changes of who somebody is, oldest first. */
export const accessTable = (events: readonly AccessEvent[], look: Look): string[] =>
  table<AccessEvent>(
    [
      time,
      by,
      ...origin,
      { title: 'STACK', text: ({ stack = '' }) => stack, most: 11, optional: 3 },
      { title: 'ROUTE', text: ({ route = '' }) => route, most: 20 },
      { title: 'WHY', text: ({ message }) => message, wraps: true, least: SENTENCE },
    ],
    oldestFirst(events),
    look,
  );

const oldestFirst = <T extends AnyEvent>(events: readonly T[]): T[] =>
  events.toSorted((a, b) => a.at.localeCompare(b.at));

/** The message, with what changed. */
function whatOf({ message, before, after, changed = [] }: StackEvent): string {
  const phases = before && after && before.phase !== after.phase ? [`${before.phase} → ${after.phase}`] : [];
  const changes = [...phases, ...changed].join('; ');
  return changes === '' ? message : `${message} (${changes})`;
}
