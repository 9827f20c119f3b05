import type { StackEvent } from '../../lib/domain/status.ts';
import { table } from './table.ts';
import type { Look } from './text.ts';

/** The events of a stack, oldest first. */
export const eventTable = (events: readonly StackEvent[], look: Look): string[] =>
  table(
    [
      { title: 'TIME', text: ({ at }) => `${new Date(at).toISOString().slice(0, 19)}Z` },
      { title: 'EVENT', text: ({ kind }) => kind, most: 24 },
      { title: 'BY', text: ({ actor }) => actor, most: 20, optional: 1 },
      { title: 'WHAT', text: ({ message }) => message, wraps: true },
    ],
    events.toSorted((a, b) => a.at.localeCompare(b.at)),
    look,
  );
