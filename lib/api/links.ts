import { z } from 'zod';
import { person, ROLES } from '../domain/principal.ts';
import { time } from '../domain/status.ts';

/** The chats in which people can use Matcha. */
export const chatChannel = z.enum(['slack', 'teams']);

export const linkRequest = z.strictObject({ channel: chatChannel });

/** A code to be sent to Matcha in the chat. It works once. */
export const linkCode = z
  .strictObject({ channel: chatChannel, code: z.string(), expiresAt: time })
  .meta({ id: 'LinkCode' });
export type LinkCode = z.infer<typeof linkCode>;

/** Users of chats and the people whom they act for. */
export const linkList = z
  .strictObject({
    links: z.array(
      z.strictObject({
        channel: chatChannel,
        /** The workspace or tenant of the chat. */
        team: z.string(),
        /** The id in the chat. */
        user: z.string(),
        person,
        /** The role when the link was made. */
        role: z.enum(ROLES),
        at: time,
      }),
    ),
  })
  .meta({ id: 'LinkList' });
export type LinkList = z.infer<typeof linkList>;
