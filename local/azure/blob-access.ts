import { createHash } from 'node:crypto';
import type { BlobAnswer, BlobRequest } from '../../lib/components/stand-in.ts';
import type { Collection } from '../document-store.ts';
import type { Azure } from './arm.ts';
import { clusterAt } from './cluster.ts';
import { dataRoles } from './roles.ts';

/** A pod that calls Blob Storage. */
export interface BlobCaller {
  /** The resource id of its cluster. */
  cluster: string;
  namespace: string;
  serviceAccount: string;
  /** The client id in the annotation of the service account. */
  clientId: string | undefined;
  /** Whether the pod has the label by which it gets a token for Entra. */
  hasLabel: boolean;
}

const ACCOUNTS = 'Microsoft.Storage/storageAccounts';
const IDENTITIES = 'Microsoft.ManagedIdentity/userAssignedIdentities';

const WRITERS = ['Storage Blob Data Contributor', 'Storage Blob Data Owner'];
const READERS = [...WRITERS, 'Storage Blob Data Reader'];

/** The longest time until storage honors an assignment, in simulated seconds. */
const MAX_DELAY = 600;

/** Answers a request of a pod to Blob Storage. */
export function answerPodBlob(
  azure: Azure,
  blobs: Collection<string>,
  caller: BlobCaller,
  request: BlobRequest,
): BlobAnswer {
  const principal = principalOf(azure, caller);
  return 'status' in principal ? principal : answerBlobRequest(azure, blobs, principal.id, request);
}

/**
 * Answers a request of a principal to Blob Storage. The content of blobs is in `blobs`, by account, container and path.
 */
export function answerBlobRequest(
  azure: Azure,
  blobs: Collection<string>,
  principal: string,
  { method, account, container, path, content: given = '' }: BlobRequest,
): BlobAnswer {
  const found = azure.resources
    .entries()
    .find(([, { type, name }]) => type === ACCOUNTS && name === account)?.[1];
  if (found === undefined)
    return refusal(503, 'NameResolutionError', `${account}.blob.core.windows.net: Name or service not known`);
  const scope = `${found.id}/blobServices/default/containers/${container}`;
  const wanted = method === 'GET' || method === 'LIST' ? READERS : WRITERS;
  const isAllowed = dataRoles(azure, principal, scope).some(
    ({ role, since }) => wanted.includes(role) && since + delayOf(scope, role) * 1000 <= azure.clock.now(),
  );
  if (!isAllowed)
    return refusal(
      403,
      'AuthorizationPermissionMismatch',
      'This request is not authorized to perform this operation using this permission.',
    );
  if (azure.resources.get(scope.toLowerCase()) === undefined)
    return refusal(404, 'ContainerNotFound', 'The specified container does not exist.');

  const key = `${account}/${container}/${path}`;
  if (method === 'LIST') {
    const prefix = `${account}/${container}/`;
    return {
      status: 200,
      blobs: blobs.entries(key).map(([name, content]) => [name.slice(prefix.length), content]),
    };
  }
  if (method === 'PUT') blobs.set(key, given);
  else {
    const content = blobs.get(key);
    if (content === undefined) return refusal(404, 'BlobNotFound', 'The specified blob does not exist.');
    if (method === 'GET') return { status: 200, content };
    blobs.delete(key);
  }
  return { status: method === 'PUT' ? 201 : 202 };
}

const refusal = (status: number, code: string, message: string): BlobAnswer => ({ status, code, message });

/** The principal that a pod acts as, by workload identity; or the reason why it gets no token. */
function principalOf(
  azure: Azure,
  { cluster, namespace, serviceAccount, clientId, hasLabel }: BlobCaller,
): { id: string } | BlobAnswer {
  if (!hasLabel || clientId === undefined)
    return refusal(401, 'NoAuthenticationInformation', 'DefaultAzureCredential failed to retrieve a token.');
  const identity = azure.resources
    .entries()
    .find(([, { type, properties }]) => type === IDENTITIES && properties['clientId'] === clientId);
  if (identity === undefined)
    return refusal(
      401,
      'AADSTS700016',
      `Application with identifier '${clientId}' was not found in the directory.`,
    );
  const issuer = clusterAt(azure, cluster.toLowerCase())?.properties.oidcIssuerProfile?.issuerURL;
  const subject = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const isFederated = azure.resources
    .entries(`${identity[0]}/federatedidentitycredentials/`)
    .some(([, { properties }]) => properties['issuer'] === issuer && properties['subject'] === subject);
  if (isFederated) return { id: String(identity[1].properties['principalId']) };
  return refusal(
    401,
    'AADSTS700213',
    `No matching federated identity record found for presented assertion subject '${subject}'.`,
  );
}

/** Differs between roles, and is the same for a role in each run. Names of accounts are random. */
function delayOf(scope: string, role: string): number {
  const [, group, container] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(scope) ?? [];
  const hash = createHash('sha256').update([group, container, role].join('|').toLowerCase()).digest();
  return hash.readUInt32BE() % MAX_DELAY;
}
