import type { Clock } from '../clock.ts';
import type { DocumentStore } from '../document-store.ts';
import type { Faults } from '../faults.ts';
import type { Trace } from '../trace.ts';
import { agentPools } from './agent-pools.ts';
import type { Azure, DenyDelete, Failure, Resource, ResourceType } from './arm.ts';
import { authorizeCluster, type ClusterAccess } from './cluster-credentials.ts';
import { managedClusters, upgradeProfiles } from './clusters.ts';
import type { ClusterBackend } from './cluster-backend.ts';
import { ACCOUNT, BLOBS, createBlobStore } from './blobs.ts';
import { createDirectory, type Directory } from './directory.ts';
import { handle } from './gateway.ts';
import type { ImageBuild } from './image-build.ts';
import { managementLocks } from './locks.ts';
import { federatedCredentials, userAssignedIdentities } from './identities.ts';
import { createOperations } from './operations.ts';
import type { OperationFault, Operation } from './operations.ts';
import { createQuota } from './quota-limits.ts';
import { registries } from './registries.ts';
import { logAt, registryRuns } from './image-runs.ts';
import { resourceGroups } from './resource-groups.ts';
import { removeTree, setState } from './resources.ts';
import { roleAssignments } from './roles.ts';
import { listen } from './server.ts';
import { createSubscription } from './subscription-settings.ts';
import type { Subscription } from './subscription-settings.ts';
import { blobContainers, blobServices, storageAccounts } from './storage.ts';
import { answerUserBlob } from './user-blobs.ts';
import type { BlobAnswer, BlobRequest } from '../../lib/components/stand-in.ts';
import { answerBlobRequest, answerPodBlob, type BlobCaller } from './blob-access.ts';
import { exhaustCapacity } from './capacity.ts';
import { azureClient, CONTROL_PLANE, SUBSCRIPTION, TENANT, type AzureClient } from './client.ts';
import { vmSize } from './vm-sizes.ts';

export type { ClusterBackend } from './cluster-backend.ts';
export type { ClusterAccess } from './cluster-credentials.ts';
export type { OperationFault } from './operations.ts';
export { AKS_AUDIENCE, issueToken, readToken } from './tokens.ts';

export interface AzureOptions {
  clock: Clock;
  documents: DocumentStore;
  clusters: ClusterBackend;
  trace?: Trace;
  faults?: Faults;
  /** The condition of the control plane's own role assignment; without it, it may assign all roles. */
  delegation?: string;
  /** 0, the default, chooses a free port. */
  port?: number;
  settings?: {
    /** vCPUs by location and quota family (`standardDSv5Family`, or `cores` for the regional total). */
    vCpuQuota?: Record<string, Record<string, number>>;
    /** Names of storage accounts and registries that other tenants use. */
    takenNames?: string[];
  };
}

export interface SimulatedAzure extends AzureClient {
  url: string;
  /** Whether the bearer of a token may use a cluster, by the role assignments that have propagated. */
  authorizeCluster(
    clusterId: string,
    token: string | undefined,
    access?: ClusterAccess,
  ): 'allowed' | 'unauthenticated' | 'forbidden';
  /** The people of the tenant. */
  directory: Directory;
  /** A request of a pod to Blob Storage, with the token that it gets. */
  blobs: (caller: BlobCaller, request: BlobRequest) => BlobAnswer;
  setQuota(location: string, family: string, vCpus: number): void;
  /** Takes the whole quota of the family of a VM size in all regions, until it stops. */
  exhaustQuota(size: string): void;
  /** Makes new nodes of a VM size fail in all regions, until it stops. */
  exhaustCapacity(size: string): void;
  /** Changes the state, registrations, permissions or restricted sizes of the subscription. Returns an undo function. */
  changeSubscription(changes: Partial<Subscription>): () => void;
  /** Marks a name of a storage account or registry as taken by another tenant. */
  takeName(name: string): void;
  /** Makes the next matching long-running operations fail, have no effect, or take longer. */
  injectFault(fault: OperationFault): void;
  /** Assigns a policy that forbids deletions. */
  denyDelete(policy: DenyDelete): void;
  /** The sorted ids of all groups, resources, child resources and role assignments. */
  inventory(): string[];
  close(): Promise<void>;
}

const TYPES: readonly ResourceType[] = [
  resourceGroups,
  managedClusters,
  upgradeProfiles,
  agentPools,
  storageAccounts,
  blobServices,
  blobContainers,
  registries,
  registryRuns,
  userAssignedIdentities,
  federatedCredentials,
  roleAssignments,
  managementLocks,
];

const TYPES_BY_NAME = new Map(TYPES.map((type) => [type.name.toLowerCase(), type]));
const typeOf = (name: string) => TYPES_BY_NAME.get(name.toLowerCase());

/** Applies the effect of an ended operation. By default a deletion removes the resource. */
function complete(azure: Azure, operation: Operation): Failure | undefined {
  const type = typeOf(operation.type);
  if (operation.hasNoEffect) {
    setState(azure, operation.resource, 'Succeeded');
    return undefined;
  }
  const act = type?.complete?.[operation.verb] ?? (operation.verb === 'delete' ? removeTree : undefined);
  const failure = operation.failure ?? act?.(azure, operation.resource) ?? undefined;
  if (failure && type?.fail) type.fail(azure, operation.resource, operation.verb);
  else if (failure) setState(azure, operation.resource, 'Failed');
  return failure;
}

/**
 * Starts a simulated Resource Manager on the loopback interface. Its state is in `documents`. After a restart with
 * the same store it continues, and operations end at their original time.
 */
export async function startAzure(options: AzureOptions): Promise<SimulatedAzure> {
  const { clock, documents, clusters, faults, trace, port = 0, settings = {} } = options;
  const directory = createDirectory(documents);
  const takenNames = new Set(settings.takenNames);
  const azure: Azure = {
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    principalId: CONTROL_PLANE,
    clock,
    clusters,
    blobs: createBlobStore(clock, documents),
    directory,
    delegation: options.delegation,
    builds: documents.collection<ImageBuild>('azure.builds'),
    resources: documents.collection<Resource>('azure.resources'),
    deletedAccounts: documents.collection<Resource>('azure.deletedAccounts'),
    denyDelete: [],
    operations: createOperations(clock, documents, (operation) => complete(azure, operation)),
    quota: createQuota(documents),
    subscription: createSubscription(documents),
    takenNames,
    types: TYPES,
    typeOf,
  };
  azure.blobs.source = (blob) => azure.blobs.read(blob) ?? logAt(azure, blob);
  for (const [location, families] of Object.entries(settings.vCpuQuota ?? {}))
    for (const [family, vCpus] of Object.entries(families)) azure.quota.set(location, family, vCpus);
  azure.operations.settle();
  const contents = documents.collection<string>('azure.blobContents');

  const answer = (request: Parameters<typeof handle>[1]) =>
    documents.transaction(() => handle(azure, request));
  const server = await listen({
    ...{ clock, port, faults, trace, answer },
    answerGraph: (url, authorization) => directory.answer(url, authorization),
    answerBlob: (request) =>
      request.url.pathname.startsWith(`${BLOBS}${ACCOUNT}/`)
        ? azure.blobs.answer(request)
        : answerUserBlob(request, (principal, wanted) =>
            answerBlobRequest(azure, contents, principal, wanted),
          ),
  });
  return {
    url: server.url,
    ...azureClient(server.url),
    authorizeCluster: (clusterId, token, access) => authorizeCluster(azure, clusterId, token, access),
    directory,
    blobs: (caller, request) => answerPodBlob(azure, contents, caller, request),
    setQuota: (location, family, vCpus) => azure.quota.set(location, family, vCpus),
    exhaustQuota: (size) => azure.quota.exhaust(vmSize(size)?.family ?? ''),
    exhaustCapacity: (size) => exhaustCapacity(azure, size),
    changeSubscription: (changes) => azure.subscription.change(changes),
    takeName: (name) => void takenNames.add(name),
    injectFault: (fault) => azure.operations.injectFault(fault),
    denyDelete: (policy) => void azure.denyDelete.push(policy),
    inventory: () => azure.resources.entries().map(([, { id }]) => id),
    async close() {
      azure.operations.close();
      await server.close();
    },
  };
}
