import { expect, test } from 'vitest';
import { toProblemDetails } from '../../lib/api/problem.ts';
import { problem, PROBLEMS, type ProblemCode } from '../../lib/domain/problem.ts';
import { remedy } from '../../lib/domain/remedy.ts';

const codes = Object.keys(PROBLEMS) as ProblemCode[];

test.each(codes)('%s has an HTTP error status and remedies with complete sentences', (code) => {
  const { status, remedies } = PROBLEMS[code];
  expect(status).toBeGreaterThanOrEqual(400);
  expect(remedies.length).toBeGreaterThan(0);
  for (const one of remedies) expect(remedy.parse(one).text).toMatch(/^[A-Z].*[.?]$/);
});

test('the HTTP format of a problem is RFC 9457 with structured remedies', () => {
  const found = problem('QUOTA_EXCEEDED', 'AKS cluster: not enough vCPU quota.', { cause: '8 of 10 in use' });
  expect(toProblemDetails(found)).toMatchObject({
    type: expect.stringMatching(/QUOTA_EXCEEDED$/) as unknown,
    title: 'AKS cluster: not enough vCPU quota.',
    status: 409,
    code: 'QUOTA_EXCEEDED',
    cause: '8 of 10 in use',
    remedies: PROBLEMS.QUOTA_EXCEEDED.remedies,
  });
});
