import { expect, test } from 'vitest';
import { isVague, meaningOf } from '../../lib/azure/error-codes.ts';

const summary = (code: string, message?: string) => {
  const meaning = meaningOf({ code, message });
  return meaning?.kind === 'refused' ? meaning.code : meaning?.kind;
};

test.each([
  ['ErrCode_InsufficientVCPUQuota', 'QUOTA_EXCEEDED'],
  ['OverconstrainedZonalAllocationRequest', 'CAPACITY_UNAVAILABLE'],
  ['RequestDisallowedByAzure', 'POLICY_DENIED'],
  ['AuthorizationFailed', 'AZURE_FORBIDDEN'],
  ['TooManyRequestsReceived', 'busy'],
  ['SoftDeletedVaultDoesNotExist', 'NAME_RESERVED'],
  ['TeapotsOnly', undefined],
])('%s means %s', (code, expected) => {
  expect(summary(code)).toBe(expected);
});

test.each([
  ['OperationNotAllowed', 'Another operation (Updating) is in progress.', 'busy'],
  ['OperationNotAllowed', 'results in exceeding approved Total Regional Cores quota', 'QUOTA_EXCEEDED'],
  ['OperationNotAllowed', "Code='PublicIPCountLimitReached'", 'LIMIT_REACHED'],
  ['OperationNotAllowed', 'not allowed in Power State(Stopped)', 'STACK_HIBERNATED'],
  ['Conflict', 'A soft-deleted resource exists.', 'NAME_RESERVED'],
  ['Conflict', 'The resource is being changed.', 'busy'],
  ['BadRequest', 'The VM size of Standard_X is not allowed in your subscription', 'SIZE_UNAVAILABLE'],
  ['BadRequest', 'Something else.', 'INVALID_FOR_AZURE'],
  ['InvalidParameter', 'Tags count out of bound.', 'INVALID_FOR_AZURE'],
])('%s with the message "%s" means %s', (code, message, expected) => {
  expect(summary(code, message)).toBe(expected);
});

test('generic error codes are vague, specific ones are not', () => {
  const vague = ['InternalServerError', 'ReconcileVMSSAgentPoolFailed', 'NotFound', 'BadRequest'];
  for (const code of vague) expect(isVague(meaningOf({ code })!), code).toBe(true);
  expect(isVague(meaningOf({ code: 'AllocationFailed' })!)).toBe(false);
});
