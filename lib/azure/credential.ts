import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { MINUTE } from '../domain/duration.ts';

/**
 * Signs in as the managed identity on Azure (`clientId` selects one of several), and elsewhere as the user
 * who is signed in on the machine. Imports its package when a token is first needed, because the import is
 * slow.
 */
export function azureCredential({
  isOnAzure,
  clientId,
}: {
  isOnAzure: boolean;
  clientId: string | undefined;
}): TokenCredential {
  let made: Promise<TokenCredential> | undefined;
  const make = async () => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
    if (!isOnAzure) return new DefaultAzureCredential();
    return clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId });
  };
  return { getToken: async (scopes, options) => (await (made ??= make())).getToken(scopes, options) };
}

/** A token is renewed this long before it expires, as in the SDK's own pipelines. In milliseconds. */
const RENEWAL_MS = 2 * MINUTE * 1000;

/**
 * Adds a token cache to a credential. A pipeline caches tokens too, but exists only for one call, and some
 * credentials have no cache: the Azure CLI credential starts a process for each token.
 */
export function sharingTokens(credential: TokenCredential): TokenCredential {
  const known = new Map<string, AccessToken>();
  const asked = new Map<string, Promise<AccessToken | null>>();
  return {
    getToken(scopes, options = {}) {
      const scope = [scopes].flat().join(' ');
      const ask = async (given: GetTokenOptions) => {
        const token = await credential.getToken(scopes, given);
        if (token !== null) known.set(scope, token);
        return token;
      };
      // A service that rejects the cached token says which claims or tenant it requires.
      if (options.claims !== undefined || options.tenantId !== undefined) return ask(options);
      const token = known.get(scope);
      const renewAt = token?.refreshAfterTimestamp ?? (token?.expiresOnTimestamp ?? 0) - RENEWAL_MS;
      if (token !== undefined && Date.now() < renewAt) return Promise.resolve(token);
      const waiting = asked.get(scope) ?? ask({}).finally(() => asked.delete(scope));
      asked.set(scope, waiting);
      return waiting;
    },
  };
}
