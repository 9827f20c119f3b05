import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { expect, test } from 'vitest';
import type { AzureCall } from '../../lib/azure/call.ts';
import { outcomeOf } from '../../lib/azure/errors.ts';
import { innermostFirst, refusalIn, refusalOf, type Refusal } from '../../lib/azure/refusals.ts';
import { RETRIES } from '../../lib/domain/retry.ts';

const call = (heard: Partial<AzureCall> = {}): AzureCall => ({ deadline: 0, refusals: [], ...heard });
const outcome = (error: unknown, heard?: Partial<AzureCall>) =>
  outcomeOf(error, 'AKS cluster x', call(heard));
const refused = (code: string, statusCode: number, message = '') =>
  new RestError(message, { code, statusCode });
const failedOperation = (code: string, message: string) =>
  new Error(`The long-running operation has failed. ${code}. ${message}`);

test('a lost response is retried soon and ignores an earlier Retry-After', () => {
  const lost = new RestError('socket hang up', { code: 'ECONNRESET' });
  expect(outcome(lost, { retryAfter: 60 })).toMatchObject({ state: 'pending', retryAfter: RETRIES.azure.noAnswer.after }); // prettier-ignore
});

test.each([408, 429, 500, 503])('HTTP %d is retried after the Retry-After', (status) => {
  expect(outcome(refused('Whatever', status))).toMatchObject({ state: 'pending', retryAfter: RETRIES.azure.busy.after }); // prettier-ignore
  expect(outcome(refused('Whatever', status), { retryAfter: 42 })).toMatchObject({ state: 'pending', retryAfter: 42 }); // prettier-ignore
});

test('a missing role is retried within a grace period', () => {
  expect(outcome(refused('AuthorizationFailed', 403, 'no'))).toMatchObject({
    state: 'pending',
    retryAfter: RETRIES.azure.forbidden.after,
    grace: { seconds: RETRIES.azure.forbidden.grace, problem: { code: 'AZURE_FORBIDDEN' } },
  });
});

test('an unknown error fails with the message of Azure as the cause', () => {
  const message = `It is so.\n  ${'word '.repeat(300)}end`;
  expect(outcome(refused('TeapotsOnly', 400, message))).toMatchObject({
    state: 'failed',
    problem: {
      code: 'AZURE_REFUSED',
      cause: expect.stringMatching(/^TeapotsOnly: It is so\. word .* end$/) as unknown,
    },
  });
});

test('a failed operation has the innermost error as its cause', () => {
  const heard: Refusal = {
    code: 'CreateVMSSAgentPoolFailed',
    message: 'Unable to establish the agent pool.',
    innererror: { code: 'ZonalAllocationFailed', message: 'Allocation failed in zone 1.' },
  };
  const error = failedOperation('CreateVMSSAgentPoolFailed', 'Unable to establish the agent pool.');
  expect(outcome(error, { refusals: [heard] })).toMatchObject({
    state: 'failed',
    problem: { code: 'CAPACITY_UNAVAILABLE', cause: 'ZonalAllocationFailed: Allocation failed in zone 1.' },
  });
});

test('each error of a call is matched to its own error response', () => {
  const [first, second] = ['one', 'two'].map((name) => ({
    code: 'ScopeLocked',
    message: `${name} is locked`,
  }));
  const heard = [first!, second!];
  expect(refusalOf(refused('ScopeLocked', 409, 'one is locked'), heard)).toBe(first);
  expect(refusalOf(failedOperation('ScopeLocked', 'one is locked'), heard)).toBe(first);
  expect(refusalOf(refused('Other', 409, 'three'), heard)).toEqual({ code: 'Other', message: 'three' });
});

test('a response without an error of Azure is described by its status, not by its text', () => {
  const request = createPipelineRequest({ url: 'https://management.azure.com', requestId: 'r1' });
  const page = { ...response(400, '<html>s3cr</html>'), request };
  const error = new RestError('<html>s3cr</html>', { statusCode: 400, request, response: page });
  expect(refusalOf(error, [])).toEqual({ code: '400', message: 'HTTP 400, request r1' });
});

test('a missing token is retried within a grace period', () => {
  const error = Object.assign(new Error('no managed\nidentity'), { name: 'CredentialUnavailableError' });
  expect(outcome(error)).toMatchObject({
    state: 'pending',
    grace: { problem: { code: 'AZURE_SIGN_IN_FAILED', cause: 'no managed identity' } },
  });
});

test('a programming error is rethrown', () => {
  expect(() => outcome(new TypeError('x is not a function'))).toThrow(TypeError);
});

const response = (status: number, body: unknown) => ({
  status,
  headers: createHttpHeaders(),
  request: createPipelineRequest({ url: 'https://management.azure.com' }),
  bodyAsText: typeof body === 'string' ? body : JSON.stringify(body),
});
const error = { code: 'C', message: 'm' };

test.each<[string, number, unknown, object | undefined]>([
  ['the format of Resource Manager', 409, { error }, error],
  ['the flat format of AKS', 409, { ...error, details: null }, error],
  ['a failed operation with status 200', 200, { status: 'Failed', error }, error],
  ['an inner error of an unknown format', 400, { error: { ...error, innererror: 'x' } }, error],
  ['a successful response', 200, { name: 'x' }, undefined],
  ['an HTML page of a gateway', 502, '<html>', undefined],
  ['broken JSON', 500, '{"error":', undefined],
])('the error in %s', (_, status, body, expected) => {
  const found = refusalIn(response(status, body));
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(expected);
});

test('the innermost error comes first', () => {
  const inner = { code: 'inner' };
  const detail = { code: 'detail', innererror: inner };
  const refusal = { code: 'outer', details: [detail] };
  expect(innermostFirst(refusal).map(({ code }) => code)).toEqual(['inner', 'detail', 'outer']);
});
