import { isRestError } from '@azure/core-rest-pipeline';
import { failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type ProblemCode } from '../domain/problem.ts';

/** Azure's codes that mean: somebody is at it, come back. */
const BUSY = new Set([
  'AnotherOperationInProgress',
  'OperationNotAllowed',
  'Conflict',
  'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
  'ResourceGroupBeingDeleted',
  'PrincipalNotFound',
  'TooManyRequests',
]);

/** Azure's codes that users meet, and what they are to us. */
const CODES: Record<string, ProblemCode> = {
  QuotaExceeded: 'QUOTA_EXCEEDED',
  ErrCode_InsufficientVCPUQuota: 'QUOTA_EXCEEDED',
  InsufficientVCPUQuota: 'QUOTA_EXCEEDED',
  SkuNotAvailable: 'CAPACITY_UNAVAILABLE',
  AllocationFailed: 'CAPACITY_UNAVAILABLE',
  ZonalAllocationFailed: 'CAPACITY_UNAVAILABLE',
  OverconstrainedAllocationRequest: 'CAPACITY_UNAVAILABLE',
  StorageAccountAlreadyTaken: 'NAME_TAKEN',
  StorageAccountAlreadyExists: 'NAME_TAKEN',
  AlreadyInUse: 'NAME_TAKEN',
  AuthorizationFailed: 'AZURE_FORBIDDEN',
  LinkedAuthorizationFailed: 'AZURE_FORBIDDEN',
};

/** Codes of Node's network layer: the request may or may not have arrived. */
const NETWORK_CODES = /^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|REQUEST_SEND_ERROR|PARSE_ERROR|UND_ERR)/;

/** A failed long-running operation throws a plain Error: "The long-running operation has failed. Code. text". */
const FAILED_OPERATION =
  /^The long-running operation has (?:failed|been canceled)\.?\s*(?:([\w.]+)\.)?\s*(.*)$/s;

/** Whether Azure said that there is no such thing. */
export const isNotFound = (error: unknown): boolean => isRestError(error) && error.statusCode === 404;

/** Azure's own code of an error, such as RoleAssignmentExists. */
export const codeOf = (error: unknown): string | undefined => (isRestError(error) ? error.code : undefined);

/**
 * What an error of an Azure client means for the step that met it. Whatever may pass by itself is pending;
 * what Azure refuses is failed, in our words and with Azure's as the cause. Anything else is a bug and is
 * thrown on. `what` names the thing, as in "AKS cluster demo-k8s".
 */
export function outcomeOf(
  error: unknown,
  what: string,
  retryAfter: (usual: number) => number,
): Outcome<never> {
  if (isRestError(error)) {
    const { statusCode, code = '' } = error;
    if (statusCode === undefined || NETWORK_CODES.test(code))
      return pending(`${what}: Azure did not answer`, 5);
    if (statusCode === 429 || statusCode >= 500 || statusCode === 408) {
      return pending(`${what}: Azure asks to wait (${code || statusCode})`, retryAfter(15));
    }
    if (BUSY.has(code)) return pending(`${what}: Azure is busy with it (${code})`, retryAfter(15));
    return refused(what, code || String(statusCode), error.message);
  }
  const operation = error instanceof Error ? FAILED_OPERATION.exec(error.message) : null;
  if (operation !== null) return refused(what, operation[1] ?? 'Failed', operation[2] ?? '');
  throw error;
}

const refused = (what: string, code: string, message: string): Outcome<never> => {
  const cause = `${code}: ${message.trim()}`;
  const known = CODES[code] ?? 'AZURE_REFUSED';
  return failed(problem(known, `${what}: ${TITLES[known] ?? 'Azure refused it'}.`, { cause }));
};

const TITLES: Partial<Record<ProblemCode, string>> = {
  QUOTA_EXCEEDED: 'not enough vCPU quota',
  CAPACITY_UNAVAILABLE: 'Azure has no capacity for it now',
  NAME_TAKEN: 'the name is taken',
  AZURE_FORBIDDEN: 'the control plane may not do this',
};
