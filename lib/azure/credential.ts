import type { TokenCredential } from '@azure/core-auth';

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
