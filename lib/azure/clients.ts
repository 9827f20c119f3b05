import type { ContainerRegistryManagementClient } from '@azure/arm-containerregistry';
import type { ContainerServiceClient } from '@azure/arm-containerservice';
import type { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { ManagedServiceIdentityClient } from '@azure/arm-msi';
import type { ResourceManagementClient } from '@azure/arm-resources';
import type { StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { refusalPolicy } from './refusals.ts';
import { createRest, type Rest } from './rest.ts';
import { retryAfterPolicy, type Time } from './retry-after.ts';

export interface AzureOptions {
  subscriptionId: string;
  credential: TokenCredential;
  /** Object id of the identity that the control plane runs as. */
  principalId: string;
  time: Time;
  /** How requests travel; the SDK's own way unless given. */
  httpClient?: HttpClient;
}

/** One client of each kind per process, loaded when first needed: together they take a second to import. */
export interface AzureClients {
  resources(): Promise<ResourceManagementClient>;
  clusters(): Promise<ContainerServiceClient>;
  storage(): Promise<StorageManagementClient>;
  registries(): Promise<ContainerRegistryManagementClient>;
  identities(): Promise<ManagedServiceIdentityClient>;
  authorization(): Promise<AuthorizationManagementClient>;
  /** For what no client covers. */
  rest: Rest;
}

export function azureClients({ credential, subscriptionId, time, httpClient }: AzureOptions): AzureClients {
  const options = {
    // The orchestrator waits and tries again, at no cost; a client that sleeps would hold a worker.
    retryOptions: { maxRetries: 0 },
    // Innermost, for the classic clients turn an answer of 429 into an exception on its way out.
    additionalPolicies: [retryAfterPolicy(time), refusalPolicy].map((policy) => ({
      policy,
      position: 'perRetry' as const,
    })),
    ...(httpClient && { httpClient }),
  };
  return {
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
