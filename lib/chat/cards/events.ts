import type { EventList } from '../../api/stack.ts';
import type { Card } from '../card.ts';
import { timeText } from '../words.ts';

/** The newest events of a stack. */
export const eventsCard = (stack: string, { events }: EventList): Card => ({
  title: `${stack}, newest events`,
  facts: events.map(({ at, actor, kind, message }) => ({
    label: timeText(at),
    text: message === '' ? `${kind}, ${actor}` : message,
  })),
});
