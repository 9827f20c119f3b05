import type { ProblemCode } from '../domain/problem.ts';
import { RETRIES, type Retry } from '../domain/retry.ts';
import { remediesFor, type RemediesOf } from './error-remedies.ts';
import type { Refusal } from './refusals.ts';

/** The meaning of an error code of Azure. */
export type Meaning = Busy | Refused;

/** A temporary condition; only the limit of the step counts. */
export interface Busy {
  kind: 'busy';
}

export interface Refused {
  kind: 'refused';
  code: ProblemCode;
  /** The text after "AKS cluster demo-k8s: ". */
  says: string;
  /** Remedies from the text of the error, when it is more specific than the code. */
  remediesOf?: RemediesOf;
  /** Set when the condition may be temporary. */
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

/** The message for a lack of quota, also of the preflight. */
export const NO_QUOTA = 'not enough vCPU quota';

const quota = refused('QUOTA_EXCEEDED', NO_QUOTA);
const capacity = refused('CAPACITY_UNAVAILABLE', 'Azure has no capacity for it now', {
  remediesOf: remediesFor.capacity,
});
const size = refused('SIZE_UNAVAILABLE', 'the subscription cannot use this VM size in this region');
const version = refused('KUBERNETES_VERSION_UNSUPPORTED', 'this Kubernetes version is not available');
const region = refused('REGION_UNAVAILABLE', 'the subscription cannot use it in this region');
const taken = refused('NAME_TAKEN', 'the name is already in use');
const reserved = refused('NAME_RESERVED', 'a deleted resource still holds the name');
const forbidden = refused('AZURE_FORBIDDEN', 'the control plane may not do this', {
  remediesOf: remediesFor.role,
  retry: RETRIES.azure.forbidden,
});
const unregistered = refused('PROVIDER_NOT_REGISTERED', 'the subscription does not use this service yet', {
  remediesOf: remediesFor.provider,
});
const limit = refused('LIMIT_REACHED', 'a limit of the subscription is reached');
const addresses = refused('NO_ADDRESSES_LEFT', 'no IP addresses are left for it');
const key = refused('KEY_UNUSABLE', 'its customer-managed key cannot be used');
const nodes = refused('NODES_FAILED', 'its nodes did not start');
const tags = refused('INVALID_FOR_AZURE', 'Azure does not accept its tags', { remediesOf: remediesFor.tags });
const invalid = refused('INVALID_FOR_AZURE', 'Azure does not accept a value');
const unknownPrincipal = refused('PRINCIPAL_NOT_FOUND', 'the directory does not know the identity', {
  retry: RETRIES.azure.principalUnknown,
});
const gone = refused('RESOURCE_GONE', 'its parent resource does not exist', {
  retry: RETRIES.azure.parentUnknown,
});
const noBuilds = refused('IMAGE_BUILDS_NOT_ALLOWED', 'Azure builds no images for this subscription');
const signIn = refused('AZURE_SIGN_IN_FAILED', 'Azure does not accept the identity of the control plane', {
  retry: RETRIES.azure.tokenRefused,
});

/**
 * Azure's error codes by meaning; a star stands for any ending. From learn.microsoft.com: "Troubleshoot
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
  [refused('POLICY_DENIED', 'an Azure policy denies it', { remediesOf: remediesFor.policy }), ['RequestDisallowedBy*']],
  [refused('RESOURCE_LOCKED', 'a lock prevents it', { remediesOf: remediesFor.lock }), ['ScopeLocked']],
  [forbidden, ['AuthorizationFailed', 'LinkedAuthorizationFailed', 'DenyAssignmentAuthorizationFailed', 'Forbidden']],
  [unregistered, ['MissingSubscriptionRegistration', 'SubscriptionNotRegistered', 'InvalidSubscriptionRegistrationState', 'NoRegisteredProviderFound']],
  [refused('SUBSCRIPTION_DISABLED', 'the subscription is disabled'), ['ReadOnlyDisabledSubscription']],
  [refused('SUBSCRIPTION_NOT_FOUND', 'the control plane has no access to the subscription'), ['SubscriptionNotFound', 'InvalidSubscriptionId']],
  [noBuilds, ['TasksOperationsNotAllowed']],
  [signIn, ['InvalidAuthenticationToken*', 'ExpiredAuthenticationToken', 'AuthenticationFailed']],
  [unknownPrincipal, ['PrincipalNotFound']],
  [limit, ['RoleAssignmentLimitExceeded', 'PublicIPCountLimitReached', 'MaxStorageAccountsCountPerSubscriptionExceeded', 'ManagedClusterCountExceedsQuotaLimit']],
  [addresses, ['SubnetIsFull', 'InsufficientSubnetSize', 'ServiceCidrOverlapExistingSubnetsCidr']],
  [key, ['CustomerManagedKey*', 'KeyVaultAuthenticationFailure', 'KeyVaultAccessForbidden', 'KeyVaultKeyNotFound']],
  [nodes, ['CreateVMSSAgentPoolFailed', 'ReconcileVMSSAgentPoolFailed', 'VMExtension*', 'NodesNotReady', 'OSProvisioningTimedOut']],
  [gone, ['ResourceGroupNotFound', 'ParentResourceNotFound', 'ResourceNotFound', 'NotFound']],
  [refused('IMMUTABLE_FIELD', 'this cannot be changed after creation'), ['PropertyChangeNotAllowed', 'InvalidResourceGroupLocation', 'InvalidResourceLocation']],
  [tags, ['InvalidTagNameCharacters']],
  [invalid, ['InvalidParameter', 'InvalidRequestContent', 'BadRequest', 'AccountNameInvalid', 'InvalidResourceName', 'LinkedInvalidPropertyId']],
]; // prettier-ignore

const BY_CODE = new Map(CODES.flatMap(([meaning, codes]) => codes.map((code) => [code, meaning] as const)));
const BEGINNINGS = [...BY_CODE].flatMap(([code, meaning]) =>
  code.endsWith('*') ? [{ begins: code.slice(0, -1), meaning }] : [],
);

const SIZE_WORDS = /VM size .* is not (allowed|available|supported)|agentPoolProfile\.vmSize/is;
const TAG_WORDS = /too many tags|tags count|number of tags/i;

/** Codes with several meanings, and the words in the message that distinguish them. */
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

/** The meaning of a code and its message. */
export function meaningOf({ code, message }: Refusal): Meaning | undefined {
  const name = code ?? '';
  const byWords = BY_WORDS[name]?.find(([words]) => words.test(message ?? ''));
  return (
    byWords?.[1] ?? BY_CODE.get(name) ?? BEGINNINGS.find(({ begins }) => name.startsWith(begins))?.meaning
  );
}

const VAGUE = new Set<Meaning>([busy, nodes, gone, invalid]);

/** Whether any other part of the same error is more specific than this meaning. */
export const isVague = (meaning: Meaning): boolean => VAGUE.has(meaning);
