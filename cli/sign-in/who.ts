import type { CallerView } from '../../lib/api/sign-in.ts';
import type { Context } from '../context.ts';
import { readSession, signInFile, type Session } from './store.ts';

/** Who somebody is for a server, and how they signed in: not at all where the server has no sign-in. */
export interface Who {
  server: string;
  caller: CallerView;
  session?: Session;
}

/** Rejects with an ApiError when nobody is signed in. */
export async function whoIs({ api, server }: Pick<Context, 'api' | 'server'>): Promise<Who> {
  const { value: caller } = await api('whoAmI');
  // The request above may have renewed it.
  const session = await readSession(signInFile(), server);
  return { server, caller, ...(session !== undefined && { session }) };
}

export const noSignIn = (server: string): string => `${server} has no sign-in: nothing is to do.`;
