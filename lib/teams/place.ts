import { z } from 'zod';
import type { Conversation } from './connector.ts';

/** Where a message goes, as it is stored. */
export const place = z.object({
  serviceUrl: z.string(),
  conversation: z.string(),
  user: z.string(),
  /** Which cards only the user may see: in a chat with one person, none needs to be hidden. */
  hidden: z.enum(['none', 'private', 'all']),
});
export type TeamsPlace = z.infer<typeof place>;

/** A message of the bot, as it is stored. */
export const reference = z.object({
  serviceUrl: z.string(),
  id: z.string(),
  onlyFor: z.string().exactOptional(),
  activity: z.string(),
});

/** Where a card of a place goes. */
export const conversationOf = (
  { serviceUrl, conversation, user, hidden }: TeamsPlace,
  isPrivate: boolean,
): Conversation => ({
  serviceUrl,
  id: conversation,
  ...((hidden === 'all' || (hidden === 'private' && isPrivate)) && { onlyFor: user }),
});
