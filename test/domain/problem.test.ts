import { expect, test } from 'vitest';
import { problem, problemJson, PROBLEMS, type ProblemCode } from '../../lib/domain/problem.ts';

const codes = Object.keys(PROBLEMS) as ProblemCode[];

test.each(codes)('%s is an HTTP error with a hint that is a sentence', (code) => {
  const { status, hint } = PROBLEMS[code];
  expect(status).toBeGreaterThanOrEqual(400);
  expect(hint).toMatch(/^[A-Z].*[.?]$/);
});

test('a problem goes over HTTP in the form of RFC 9457', () => {
  const found = problem('QUOTA_EXCEEDED', 'AKS cluster: not enough vCPU quota.', { cause: '8 of 10 in use' });
  expect(problemJson(found)).toMatchObject({
    type: expect.stringMatching(/QUOTA_EXCEEDED$/) as unknown,
    title: 'AKS cluster: not enough vCPU quota.',
    status: 409,
    code: 'QUOTA_EXCEEDED',
    cause: '8 of 10 in use',
  });
});
