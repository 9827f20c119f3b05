import type { Azure, ArmRequest, Json, Reply, ResourceType, Target } from './arm.ts';
import { DURATIONS } from './durations.ts';
import { armError } from './errors.ts';
import { describe, isoNow, newPrincipal, removeTree, resourcesIn } from './resources.ts';

const API_VERSIONS = ['2024-11-30', '2023-01-31'];
const TYPE = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const IDENTITY_NAME = /^[a-zA-Z0-9][-\w]{2,127}$/;
const CREDENTIAL_NAME = /^[a-zA-Z0-9][-\w]{2,119}$/;
const MAX_CREDENTIALS = 20;

const invalidName = (name: string) =>
  armError(400, 'InvalidResourceName', `The resource name '${name}' is invalid.`);

function putIdentity(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  const { name = '' } = target;
  if (!IDENTITY_NAME.test(name)) throw invalidName(name);
  const current = azure.resources.get(target.key);
  const identity = describe(target, body, current?.properties ?? newPrincipal(azure));
  identity['systemData'] = current?.['systemData'] ?? { createdAt: isoNow(azure) };
  azure.resources.set(target.key, identity);
  return { status: current ? 200 : 201, body: identity, seconds: DURATIONS.identity.write };
}

/** The creation time of the identity with this principal id; undefined if this subscription has none. */
export function identityCreatedAt(azure: Azure, principalId: string): number | undefined {
  const identity = azure.resources
    .entries()
    .find(([, { type, properties }]) => type === TYPE && properties['principalId'] === principalId)?.[1];
  if (!identity) return undefined;
  const { createdAt } = identity['systemData'] as { createdAt: string };
  return Date.parse(createdAt);
}

export const userAssignedIdentities: ResourceType = {
  name: TYPE,
  apiVersions: API_VERSIONS,
  isTracked: true,
  deleteSeconds: DURATIONS.identity.delete,
  put: putIdentity,
  delete(azure, target) {
    removeTree(azure, target.key);
    return { status: 200, seconds: DURATIONS.identity.delete };
  },
};

/** Throws if another write to the credentials of the identity is in progress: the service allows one at a time. */
function startCredentialWrite(azure: Azure, target: Target, verb: string, seconds: number): void {
  const identity = target.parent ?? '';
  const writing = `${identity}/federatedidentitycredentials`;
  if (azure.operations.running(writing))
    throw armError(
      409,
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
      `Too many Federated Identity Credentials are written concurrently for the managed identity '${identity}'. ` +
        'Concurrent Federated Identity Credentials writes under the same managed identity are not supported.',
    );
  azure.operations.begin({ type: target.type, verb, resource: writing, seconds });
}

function putCredential(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  const { name = '', parent = '' } = target;
  if (!CREDENTIAL_NAME.test(name)) throw invalidName(name);
  const wanted = (body['properties'] ?? {}) as Json;
  for (const required of ['issuer', 'subject', 'audiences'])
    if (wanted[required] === undefined)
      throw armError(
        400,
        'BadRequest',
        `The property '${required}' of the federated identity credential is required.`,
      );

  const others = resourcesIn(azure, parent, target.type).filter(({ id }) => id.toLowerCase() !== target.key);
  const isSame = ({ properties }: { properties: Json }) =>
    properties['issuer'] === wanted['issuer'] && properties['subject'] === wanted['subject'];
  if (others.some(isSame))
    throw armError(
      409,
      'Conflict',
      'Issuer and subject combination already exists for this Managed Identity.',
    );
  if (others.length >= MAX_CREDENTIALS)
    throw armError(
      400,
      'BadRequest',
      `The number of Federated Identity Credentials exceeds the limit of ${String(MAX_CREDENTIALS)}.`,
    );
  const { write: seconds } = DURATIONS.federatedCredential;
  startCredentialWrite(azure, target, 'create', seconds);
  const current = azure.resources.get(target.key);
  const credential = describe(target, {}, wanted);
  azure.resources.set(target.key, credential);
  return { status: current ? 200 : 201, body: credential, seconds };
}

export const federatedCredentials: ResourceType = {
  name: `${TYPE}/federatedIdentityCredentials`,
  apiVersions: API_VERSIONS,
  isTracked: false,
  deleteSeconds: DURATIONS.federatedCredential.delete,
  put: putCredential,
  delete(azure, target) {
    const { delete: seconds } = DURATIONS.federatedCredential;
    startCredentialWrite(azure, target, 'delete', seconds);
    removeTree(azure, target.key);
    return { status: 200, seconds };
  },
  // The operation only marks that a write is in progress. Its effect is immediate.
  complete: { create: () => undefined, delete: () => undefined },
  fail: () => undefined,
};
