import type { Outcome } from '../domain/outcome.ts';
import type { Channel } from '../domain/principal.ts';
import type { Card } from './card.ts';

export type ChatChannel = Extract<Channel, 'slack' | 'teams'>;
export const CHAT_CHANNELS = ['slack', 'teams'] as const satisfies readonly ChatChannel[];

/** Somebody in a chat: the workspace or tenant, and the user's id in it. */
export interface ChatUser {
  channel: ChatChannel;
  team: string;
  user: string;
}

/** Where something is posted, in the words of one chat. It is stored, so it never contains a secret. */
export type ChatPlace = Readonly<Record<string, string>>;

/** What identifies a message, so that it can be updated, in the words of one chat. Never contains a secret. */
export type ChatReference = Readonly<Record<string, string>>;

/** A command that somebody typed, or a button that somebody pressed. It is stored with the orchestration. */
export interface ChatRequest {
  /** The same for a request that is delivered twice; letters, digits and hyphens. Chosen id of its operation. */
  id: string;
  from: ChatUser;
  /** `status demo`; one-time codes in it are sealed. */
  text: string;
  place: ChatPlace;
}

/**
 * A chat, as its adapter shows it to the rest. What is expected to fail is an Outcome: `pending` while the chat is busy
 * or unreachable, `failed` when the message can never arrive.
 */
export interface Chat {
  /** Posts a card. A private one is seen by `from` only, and cannot be updated. */
  post(
    request: Pick<ChatRequest, 'from' | 'place'>,
    card: Card,
    how: { isPrivate: boolean },
  ): Promise<Outcome<ChatReference>>;
  /** Replaces a card. */
  update(reference: ChatReference, card: Card): Promise<Outcome>;
}

/** The chats that a deployment has. */
export type Chats = Partial<Record<ChatChannel, Chat>>;
