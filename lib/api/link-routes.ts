import { z } from 'zod';
import { POLICY } from '../domain/policy.ts';
import { chatChannel, linkCode, linkList, linkRequest } from './links.ts';
import { flag } from './schemas.ts';

/** Routes that say who somebody in a chat is. */
export const linkRoutes = {
  createLink: {
    method: 'POST',
    path: '/links',
    summary: 'Get a code that links a user of a chat to the caller; it works once, for ten minutes',
    role: POLICY.linkChat.role,
    body: linkRequest,
    responses: { 201: linkCode },
  },
  listLinks: {
    method: 'GET',
    path: '/links',
    summary: 'List the users of chats that act for the caller',
    role: POLICY.linkChat.role,
    query: z.strictObject({ all: flag.meta({ description: 'Those of everybody. Needs the role Admin.' }) }),
    responses: { 200: linkList },
  },
  removeLinks: {
    method: 'DELETE',
    path: '/links/{channel}',
    summary: 'End the links of the caller in a chat; the answer lists those that are left',
    role: POLICY.linkChat.role,
    params: z.strictObject({ channel: chatChannel.meta({ description: 'The chat.' }) }),
    query: z.strictObject({
      person: z
        .string()
        .max(100)
        .optional()
        .meta({ description: 'The object id of another person. Needs the role Admin.' }),
    }),
    responses: { 200: linkList },
  },
} as const;
