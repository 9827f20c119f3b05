import type { ContainerRegistryManagementClient } from '@azure/arm-containerregistry';
import type { ContainerServiceClient } from '@azure/arm-containerservice';
import type { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { ManagedServiceIdentityClient } from '@azure/arm-msi';
import type { ResourceManagementClient } from '@azure/arm-resources';
import type { StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { beginCall, blobPoliciesOf, policiesOf, type AzureCall, type Time } from './call.ts';
import { NO_FENCE, type Fence } from '../domain/fence.ts';
import { createBlobs, type Blobs } from './blobs.ts';
import { sharingTokens } from './credential.ts';
import { createRest, type Rest } from './rest.ts';

export interface AzureOptions {
  subscriptionId: string;
  credential: TokenCredential;
  /** Object id of the identity that the control plane runs as. */
  principalId: string;
  time: Time;
  /** Sends requests; the default client of the SDK unless given. */
  httpClient?: HttpClient;
}

/**
 * The clients of one call; their pipelines record Azure's answers in it. Each client is imported when first
 * needed: to create one is fast, but to import all takes a second.
 */
export interface AzureClients {
  call: AzureCall;
  resources(): Promise<ResourceManagementClient>;
  clusters(): Promise<ContainerServiceClient>;
  storage(): Promise<StorageManagementClient>;
  registries(): Promise<ContainerRegistryManagementClient>;
  identities(): Promise<ManagedServiceIdentityClient>;
  authorization(): Promise<AuthorizationManagementClient>;
  /** For endpoints without a client. */
  rest: Rest;
  blobs: Blobs;
}

/** Returns a function that creates the clients of a call. All calls share connections and tokens. */
export function clientFactory(options: AzureOptions): (fence?: Fence) => AzureClients {
  const shared = {
    ...options,
    credential: sharingTokens(options.credential),
    httpClient: options.httpClient ?? createDefaultHttpClient(),
  };
  return (fence = NO_FENCE) => clientsFor(beginCall(options.time), fence, shared);
}

function clientsFor(
  call: AzureCall,
  fence: Fence,
  { credential, subscriptionId, time, httpClient }: AzureOptions & { httpClient: HttpClient },
): AzureClients {
  const options = {
    httpClient,
    // The orchestrator retries at no cost; a client that sleeps would block a worker.
    retryOptions: { maxRetries: 0 },
    // Innermost, because the classic clients convert a 429 response to an exception in outer policies.
    additionalPolicies: policiesOf(call, time, fence).map((policy) => ({
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
    blobs: createBlobs(blobPoliciesOf(call, time, fence), httpClient),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
