import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { MINUTE } from '../domain/duration.ts';

/**
 * Signs in as the managed identity where the platform gives one (`clientId` tells which), and elsewhere as
 * whoever is signed in on the machine. Loaded when a token is first wanted: the package takes long to import.
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

/** A token is asked for anew so long before it ends, as the SDK's own pipelines do. */
const RENEWAL_MS = 2 * MINUTE * 1000;

/**
 * The credential with its tokens kept until shortly before they end. A pipeline keeps them for itself, but lives as
 * short as a call, and not every credential keeps its own: signing in by the Azure CLI starts a process each time.
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
      // A service that does not accept the token that is known says which one it wants.
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
