import { AzureCliCredential, WorkloadIdentityCredential, type TokenCredential } from '@azure/identity';
import type { Issuer } from './methods.ts';
import { apiScope } from './scope.ts';
import type { Session } from './store.ts';

/** Milliseconds; the Azure CLI starts slowly, and may have to ask Entra. */
const TIMEOUT = 30_000;

const CREDENTIALS = {
  'azure-cli': (tenantId: string) => new AzureCliCredential({ tenantId, processTimeoutInMs: TIMEOUT }),
  // Takes the other two from AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE.
  'workload-identity': (tenantId: string) => new WorkloadIdentityCredential({ tenantId }),
} as const satisfies Record<string, (tenantId: string) => TokenCredential>;

export type AzureMethod = keyof typeof CREDENTIALS;

/** Signs in with what Azure's own tools have. Rejects with a CredentialUnavailableError when they have nothing. */
export async function signInWithAzure(
  { issuer, tenantId, clientId, scope }: Omit<Issuer, 'kind'>,
  method: AzureMethod,
): Promise<Session> {
  const credential: TokenCredential = CREDENTIALS[method](tenantId);
  const token = await credential.getToken(apiScope(scope));
  if (token === null) throw new Error('There is no token.');
  const expiresAt = new Date(token.expiresOnTimestamp).toISOString();
  return { method, issuer, tenantId, clientId, scope, accessToken: token.token, expiresAt };
}
