import { expect, test } from 'vitest';
import { problem } from '../../lib/domain/problem.ts';
import { afterUnexpected, isBusy, RETRIES, tryAgain, type Retry } from '../../lib/domain/retry.ts';

const services: Record<string, Record<string, Retry>> = {
  azure: RETRIES.azure,
  kubernetes: RETRIES.kubernetes,
};
const rows = Object.entries(services).flatMap(([service, retries]) =>
  Object.entries(retries).map(([name, retry]) => [`${service} ${name}`, retry] as const),
);

test.each(rows)('%s has several retries within its grace period', (_, { after, grace }) => {
  expect(after).toBeGreaterThan(0);
  if (grace !== undefined) expect(grace / after).toBeGreaterThan(5);
});

test('only a retry with a grace period can fail', () => {
  const failure = problem('AZURE_FORBIDDEN', 'no');
  expect(tryAgain('wait', { after: 5 }, failure)).toEqual({
    state: 'pending',
    detail: 'wait',
    retryAfter: 5,
  });
  expect(tryAgain('wait', { after: 5, grace: 60 }, failure)).toEqual({
    state: 'pending',
    detail: 'wait',
    retryAfter: 5,
    grace: { seconds: 60, problem: failure },
  });
});

test.each([[400, false], [404, false], [408, true], [409, false], [429, true], [500, true], [503, true]])('HTTP %d: busy is %s', (status, busy) => {
  expect(isBusy(status)).toBe(busy);
}); // prettier-ignore

test('unexpected errors have a limited number of retries with exponential backoff', () => {
  expect([1, 2, 3, 4, 5].map(afterUnexpected)).toEqual([2, 4, 8, 16, undefined]);
});
