import { POLICY } from '../domain/policy.ts';
import { callerView, signInView } from './sign-in.ts';

/** Who callers are, and where they sign in. */
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
} as const;
