import { signInEnded } from './failed.ts';
import { isPrivateAddress } from './private-address.ts';
import { changeSession, readSession, signInFile, type Session } from './store.ts';

/** The tokens of requests to one server. */
export interface Tokens {
  /** Undefined when nobody signed in to the server. Throws a CliError when the sign-in has ended. */
  current(): Promise<string | undefined>;
  /** A token in place of one that the server refused; undefined when there is none. */
  instead(refused: string): Promise<string | undefined>;
}

/** Renew when less than this is left, in milliseconds. */
const MARGIN_MS = 5 * 60_000;

/** The tokens of a server from the file of sign-ins, which holds those that are renewed too. */
export function tokensFor(server: string, file = signInFile()): Tokens {
  let known: Promise<Session | undefined> | undefined;
  const session = () => (known ??= readSession(file, server));
  /** Requests at the same time, in this process or another one, renew once. */
  const renewed = (stale: Session): Promise<Session | undefined> =>
    (known = changeSession(file, server, async (stored) =>
      stored?.accessToken === stale.accessToken ? await renew(stored) : stored,
    ).catch((error: unknown) => {
      known = undefined;
      throw error;
    }));

  return {
    async current() {
      if (!isPrivateAddress(server)) return undefined;
      const found = await session();
      if (found === undefined) return undefined;
      const left = Date.parse(found.expiresAt) - Date.now();
      if (left > MARGIN_MS) return found.accessToken;
      try {
        return (await renewed(found))?.accessToken;
      } catch (error) {
        if (left > 0) return found.accessToken;
        throw signInEnded(server, error);
      }
    },
    async instead(refused) {
      const found = await session();
      if (found === undefined) return undefined;
      try {
        const fresh = found.accessToken === refused ? await renewed(found) : found;
        return fresh?.accessToken === refused ? undefined : fresh?.accessToken;
      } catch {
        // The refusal of the server says what to do.
        return undefined;
      }
    },
  };
}

async function renew(session: Session): Promise<Session> {
  const { method } = session;
  if (method === 'azure-cli' || method === 'workload-identity')
    return await (await import('./azure.ts')).signInWithAzure(session, method);
  return await (await import('./openid.ts')).refreshSession(session);
}
