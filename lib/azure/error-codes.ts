import type { ProblemCode } from '../domain/problem.ts';
import { RETRIES, type Retry } from '../domain/retry.ts';
import { remediesFor, type RemediesOf } from './error-remedies.ts';
import type { Refusal } from './refusals.ts';

/** What a code of Azure's means to whoever wanted the thing. */
export type Meaning = Busy | Refused;

/** It passes by itself; only the limit of the step counts. */
export interface Busy {
  kind: 'busy';
}

export interface Refused {
  kind: 'refused';
  code: ProblemCode;
  /** Goes on after "AKS cluster demo-k8s: ". */
  says: string;
  /** What can be done, where Azure's words tell more than the code does. */
  remediesOf?: RemediesOf;
  /** It may pass by itself. */
  retry?: Retry;
}

const busy: Busy = { kind: 'busy' };

const refused = (
  code: ProblemCode,
  says: string,
  more: Pick<Refused, 'remediesOf' | 'retry'> = {},
): Refused => ({
  kind: 'refused',
  code,
  says,
  ...more,
});

/** How a lack of quota is told, here and where it is foreseen. */
export const NO_QUOTA = 'not enough vCPU quota';

const quota = refused('QUOTA_EXCEEDED', NO_QUOTA);
const capacity = refused('CAPACITY_UNAVAILABLE', 'Azure has no capacity for it now', {
  remediesOf: remediesFor.capacity,
});
const size = refused('SIZE_UNAVAILABLE', 'this VM size is not offered here to the subscription');
const version = refused('KUBERNETES_VERSION_UNSUPPORTED', 'this Kubernetes version is not offered here');
const region = refused('REGION_UNAVAILABLE', 'this region does not offer it to the subscription');
const taken = refused('NAME_TAKEN', 'somebody else has the name');
const reserved = refused('NAME_RESERVED', 'something that was deleted holds the name');
const forbidden = refused('AZURE_FORBIDDEN', 'the control plane may not do this', {
  remediesOf: remediesFor.role,
  retry: RETRIES.azure.forbidden,
});
const unregistered = refused('PROVIDER_NOT_REGISTERED', 'the subscription does not use this service yet', {
  remediesOf: remediesFor.provider,
});
const limit = refused('LIMIT_REACHED', 'a limit of the subscription is reached');
const addresses = refused('NO_ADDRESSES_LEFT', 'there are no IP addresses left for it');
const key = refused('KEY_UNUSABLE', 'its customer-managed key cannot be used');
const nodes = refused('NODES_FAILED', 'its nodes did not come up');
const tags = refused('INVALID_FOR_AZURE', 'Azure does not accept its tags', { remediesOf: remediesFor.tags });
const invalid = refused('INVALID_FOR_AZURE', 'Azure does not accept a value');
const unknown = refused('PRINCIPAL_NOT_FOUND', 'the directory does not know the identity', {
  retry: RETRIES.azure.principalUnknown,
});
const gone = refused('RESOURCE_GONE', 'what it belongs to is not there', {
  retry: RETRIES.azure.parentUnknown,
});
const signIn = refused('AZURE_SIGN_IN_FAILED', 'Azure does not accept who we are', {
  retry: RETRIES.azure.tokenRefused,
});

/**
 * Azure's codes by what they mean, a star standing for any ending. From learn.microsoft.com: "Troubleshoot
 * common Azure deployment errors", "AKS error codes", "Troubleshoot Azure RBAC".
 */
const CODES: [Meaning, string[]][] = [
  [busy, ['AnotherOperationInProgress', 'OperationInProgress', 'StorageAccountOperationInProgress', 'ResourceGroupBeingDeleted']],
  [busy, ['ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity', 'OperationPreempted', 'AKSOperationPreempted*']],
  [busy, ['EtagMismatch', 'RetryableError', 'InternalServerError', 'InternalOperationError', 'ServerTimeout', 'ServiceUnavailable']],
  [busy, ['TooManyRequests*', 'SubscriptionRequestsThrottled', 'Throttled*']],
  [quota, ['QuotaExceeded', 'ErrCode_InsufficientVCPUQuota', 'InsufficientVCPUQuota', 'ResourceQuotaExceeded']],
  [capacity, ['AllocationFailed', 'ZonalAllocationFailed', 'Overconstrained*', 'SkuNotAvailable', 'AksCapacity*', 'AKSCapacityError']],
  [size, ['VMSizeNotSupported', 'NotAvailableForSubscription', 'AvailabilityZoneNotSupported']],
  [version, ['K8sVersionNotSupported', 'AgentPoolK8sVersionNotSupported', 'NodePoolMcVersionIncompatible']],
  [region, ['LocationNotAvailableFor*', 'RegionDoesNotAllowProvisioning', 'MissingRegistrationForLocation']],
  [taken, ['StorageAccountAlreadyTaken', 'StorageAccountAlreadyExists', 'StorageAccountInAnotherResourceGroup', 'AlreadyInUse', 'DnsRecordInUse']],
  [reserved, ['ConflictError', 'FlagMustBeSetForRestore', 'SoftDeleted*', 'NameUnavailable', 'ReservedResourceName']],
  [refused('POLICY_DENIED', 'a policy of the subscription forbids it', { remediesOf: remediesFor.policy }), ['RequestDisallowedBy*']],
  [refused('RESOURCE_LOCKED', 'a lock forbids it', { remediesOf: remediesFor.lock }), ['ScopeLocked']],
  [forbidden, ['AuthorizationFailed', 'LinkedAuthorizationFailed', 'DenyAssignmentAuthorizationFailed', 'Forbidden']],
  [unregistered, ['MissingSubscriptionRegistration', 'SubscriptionNotRegistered', 'InvalidSubscriptionRegistrationState', 'NoRegisteredProviderFound']],
  [refused('SUBSCRIPTION_DISABLED', 'the subscription is disabled'), ['ReadOnlyDisabledSubscription']],
  [refused('SUBSCRIPTION_NOT_FOUND', 'the control plane does not see the subscription'), ['SubscriptionNotFound', 'InvalidSubscriptionId']],
  [signIn, ['InvalidAuthenticationToken*', 'ExpiredAuthenticationToken', 'AuthenticationFailed']],
  [unknown, ['PrincipalNotFound']],
  [limit, ['RoleAssignmentLimitExceeded', 'PublicIPCountLimitReached', 'MaxStorageAccountsCountPerSubscriptionExceeded', 'ManagedClusterCountExceedsQuotaLimit']],
  [addresses, ['SubnetIsFull', 'InsufficientSubnetSize', 'ServiceCidrOverlapExistingSubnetsCidr']],
  [key, ['CustomerManagedKey*', 'KeyVaultAuthenticationFailure', 'KeyVaultAccessForbidden', 'KeyVaultKeyNotFound']],
  [nodes, ['CreateVMSSAgentPoolFailed', 'ReconcileVMSSAgentPoolFailed', 'VMExtension*', 'NodesNotReady', 'OSProvisioningTimedOut']],
  [gone, ['ResourceGroupNotFound', 'ParentResourceNotFound', 'ResourceNotFound', 'NotFound']],
  [refused('IMMUTABLE_FIELD', 'this cannot be changed once it exists'), ['PropertyChangeNotAllowed', 'InvalidResourceGroupLocation', 'InvalidResourceLocation']],
  [tags, ['InvalidTagNameCharacters']],
  [invalid, ['InvalidParameter', 'InvalidRequestContent', 'BadRequest', 'AccountNameInvalid', 'InvalidResourceName', 'LinkedInvalidPropertyId']],
]; // prettier-ignore

const BY_CODE = new Map(CODES.flatMap(([meaning, codes]) => codes.map((code) => [code, meaning] as const)));
const BEGINNINGS = [...BY_CODE].flatMap(([code, meaning]) =>
  code.endsWith('*') ? [{ begins: code.slice(0, -1), meaning }] : [],
);

const SIZE_WORDS = /VM size .* is not (allowed|available|supported)|agentPoolProfile\.vmSize/is;
const TAG_WORDS = /too many tags|tags count|number of tags/i;

/** Codes that Azure uses for several things, and the words by which it tells them apart. */
const BY_WORDS: Record<string, [RegExp, Meaning][]> = {
  OperationNotAllowed: [
    [/PublicIPCountLimitReached/i, limit],
    [/quota/i, quota],
    [/grading Kubernetes version .* is not allowed/i, version],
    [/Power State\(Stopped\)/i, refused('STACK_HIBERNATED', 'it is stopped')],
    [/./s, busy],
  ],
  Conflict: [[/soft.?deleted|recently deleted/i, reserved], [/./s, busy]],
  BadRequest: [[SIZE_WORDS, size], [/exceeding approved .* quota/is, quota], [TAG_WORDS, tags]],
  InvalidParameter: [[SIZE_WORDS, size], [TAG_WORDS, tags]],
  InvalidRequestContent: [[TAG_WORDS, tags]],
}; // prettier-ignore

/** What one code means, with the words that came with it. */
export function meaningOf({ code, message }: Refusal): Meaning | undefined {
  const name = code ?? '';
  const byWords = BY_WORDS[name]?.find(([words]) => words.test(message ?? ''));
  return (
    byWords?.[1] ?? BY_CODE.get(name) ?? BEGINNINGS.find(({ begins }) => name.startsWith(begins))?.meaning
  );
}

const VAGUE = new Set<Meaning>([busy, nodes, gone, invalid]);

/** Whether a meaning says so little that any other part of the same refusal tells more. */
export const isVague = (meaning: Meaning): boolean => VAGUE.has(meaning);
