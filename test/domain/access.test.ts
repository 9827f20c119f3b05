import { expect, test } from 'vitest';
import { createLimit, isRefusal } from '../../lib/domain/access.ts';

const MINUTE = 60_000;

test('what is more than the limit of a minute is counted once, in a later minute', () => {
  const limit = createLimit(2);
  expect([0, 1, 2, 3].map((at) => limit.take(at))).toEqual([true, true, false, false]);
  expect(limit.missedBefore(4)).toBe(0);
  expect(limit.missedBefore(MINUTE)).toBe(2);
  expect(limit.missedBefore(MINUTE)).toBe(0);
  expect(limit.take(MINUTE)).toBe(true);
});

test('a refusal by Azure is not one of the caller', () => {
  expect(isRefusal({ code: 'NOT_ALLOWED' })).toBe(true);
  expect(isRefusal({ code: 'AZURE_SIGN_IN_FAILED' })).toBe(false);
});
