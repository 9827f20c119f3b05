/** A card of an operation in a chat, as the orchestration follows it. */
export interface Following {
  channel: 'slack' | 'teams';
  operation: string;
  /** The message, in the words of the chat. */
  reference: Readonly<Record<string, string>>;
  /** A digest of the card that is shown. */
  shown: string;
}

export interface Followed {
  shown: string;
  /** Whether the card shows the end of the operation. */
  isOver: boolean;
}

/** In seconds: how long a card is followed, and how often it is looked at since then. */
const PACES: readonly (readonly [until: number, every: number])[] = [
  [20 * 60, 5],
  [2 * 3600, 30],
  [Number.POSITIVE_INFINITY, 300],
];

/** The seconds until a card is looked at again, `elapsed` seconds after it was posted: long waits need fewer looks. */
export const nextLook = (elapsed: number): number => PACES.find(([until]) => elapsed < until)?.[1] ?? 300;
