import type { ContainerRegistryManagementClient } from '@azure/arm-containerregistry';
import type { ContainerServiceClient } from '@azure/arm-containerservice';
import type { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { ManagedServiceIdentityClient } from '@azure/arm-msi';
import type { ResourceManagementClient } from '@azure/arm-resources';
import type { StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { beginCall, policiesOf, type AzureCall, type Time } from './call.ts';
import { sharingTokens } from './credential.ts';
import { createRest, type Rest } from './rest.ts';

export interface AzureOptions {
  subscriptionId: string;
  credential: TokenCredential;
  /** Object id of the identity that the control plane runs as. */
  principalId: string;
  time: Time;
  /** How requests travel; the SDK's own way unless given. */
  httpClient?: HttpClient;
}

/**
 * The clients of one call, whose pipelines write down in it what Azure says. Each is loaded when first needed: making
 * one is quick, but to import all takes a second.
 */
export interface AzureClients {
  call: AzureCall;
  resources(): Promise<ResourceManagementClient>;
  clusters(): Promise<ContainerServiceClient>;
  storage(): Promise<StorageManagementClient>;
  registries(): Promise<ContainerRegistryManagementClient>;
  identities(): Promise<ManagedServiceIdentityClient>;
  authorization(): Promise<AuthorizationManagementClient>;
  /** For what no client covers. */
  rest: Rest;
}

/** Makes the clients for each call. Connections and tokens are shared by all of them. */
export function clientFactory(options: AzureOptions): () => AzureClients {
  const shared = {
    ...options,
    credential: sharingTokens(options.credential),
    httpClient: options.httpClient ?? createDefaultHttpClient(),
  };
  return () => clientsFor(beginCall(options.time), shared);
}

function clientsFor(
  call: AzureCall,
  { credential, subscriptionId, time, httpClient }: AzureOptions & { httpClient: HttpClient },
): AzureClients {
  const options = {
    httpClient,
    // The orchestrator waits and tries again, at no cost; a client that sleeps would hold a worker.
    retryOptions: { maxRetries: 0 },
    // Innermost, for the classic clients turn an answer of 429 into an exception on its way out.
    additionalPolicies: policiesOf(call, time).map((policy) => ({
      policy,
      position: 'perRetry' as const,
    })),
  };
  return {
    call,
    resources: once(async () => {
      const { ResourceManagementClient } = await import('@azure/arm-resources');
      return new ResourceManagementClient(credential, subscriptionId, options);
    }),
    clusters: once(async () => {
      const { ContainerServiceClient } = await import('@azure/arm-containerservice');
      return new ContainerServiceClient(credential, subscriptionId, options);
    }),
    storage: once(async () => {
      const { StorageManagementClient } = await import('@azure/arm-storage');
      return new StorageManagementClient(credential, subscriptionId, options);
    }),
    registries: once(async () => {
      const { ContainerRegistryManagementClient } = await import('@azure/arm-containerregistry');
      return new ContainerRegistryManagementClient(credential, subscriptionId, options);
    }),
    identities: once(async () => {
      const { ManagedServiceIdentityClient } = await import('@azure/arm-msi');
      return new ManagedServiceIdentityClient(credential, subscriptionId, options);
    }),
    authorization: once(async () => {
      const { AuthorizationManagementClient } = await import('@azure/arm-authorization');
      return new AuthorizationManagementClient(credential, subscriptionId, options);
    }),
    rest: createRest(credential, options),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
