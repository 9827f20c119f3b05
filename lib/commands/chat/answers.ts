import type { Card } from '../../chat/card.ts';

/** What a command in a chat leads to: a card, or an operation whose card is followed to its end. */
export type ChatAnswer = { card: Card; isPrivate: true } | { operation: string };
