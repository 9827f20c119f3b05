import { z } from 'zod';
import { POLICY } from '../domain/policy.ts';
import { page } from './schemas.ts';
import { accessEventList, callerView, signInView } from './sign-in.ts';

/** Who callers are, where they sign in, and who was refused. */
export const signInRoutes = {
  readSignIn: {
    method: 'GET',
    path: '/sign-in',
    summary: 'Show where callers sign in',
    responses: { 200: signInView },
  },
  whoAmI: {
    method: 'GET',
    path: '/me',
    summary: 'Show who the caller is',
    role: POLICY.whoAmI.role,
    responses: { 200: callerView },
  },
  listAccessEvents: {
    method: 'GET',
    path: '/access-events',
    summary: 'List requests that were refused because of who sent them, newest first, in pages',
    role: POLICY.listAccessEvents.role,
    query: z.strictObject(page),
    responses: { 200: accessEventList },
  },
} as const;
