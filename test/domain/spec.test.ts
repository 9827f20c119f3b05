import { expect, test } from 'vitest';
import { ProblemError } from '../../lib/domain/problem.ts';
import { manual } from '../../lib/domain/remedies.ts';
import { parseRegion, parseStackName, parseStackRequest } from '../../lib/domain/spec.ts';

const problemOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
};

test.each(['demo', 'abc', 'a1234567890'])('%s can be a stack name', (name) => {
  expect(parseStackName(name)).toBe(name);
});

test.each(['ab', 'Demo', '1abc', 'a-b-c', 'a12345678901', 'démo', ''])(
  '"%s" cannot be a stack name',
  (name) => {
    expect(problemOf(() => parseStackName(name)).code).toBe('INVALID_NAME');
  },
);

test('a region may be written as the portal shows it', () => {
  expect(parseRegion('UK South')).toBe('uksouth');
});

test('a mistyped region gets the nearest one suggested', () => {
  expect(problemOf(() => parseRegion('uksuoth'))).toMatchObject({
    code: 'UNKNOWN_REGION',
    remedies: [manual('Did you mean uksouth?')],
  });
});

test('the beginning of a region gets those that begin so', () => {
  expect(problemOf(() => parseRegion('norw')).remedies).toEqual([manual('Did you mean norwayeast?')]);
  expect(problemOf(() => parseRegion('uk')).remedies).toEqual([manual('Did you mean uksouth or ukwest?')]);
});

test('what is not said gets its default', () => {
  expect(parseStackRequest({ location: 'uksouth' })).toMatchObject({
    cluster: { nodeSize: 'Standard_D4s_v5', minNodes: 1, maxNodes: 3 },
    access: { kind: 'private' },
    storage: { sharedKeyAccess: false },
    lifetime: { protected: false },
  });
});

test('every wrong field is named at once', () => {
  const body = {
    location: 'uksouth',
    cluster: { minNodes: 5, maxNodes: 2 },
    lifetime: { idleAfter: '8 hours' },
    colour: 'green',
  };
  const { code, cause } = problemOf(() => parseStackRequest(body));
  expect(code).toBe('INVALID_REQUEST');
  expect(cause).toMatch(/cluster: minNodes must not exceed maxNodes/);
  expect(cause).toMatch(/lifetime: .*idleAfter/);
  expect(cause).toMatch(/colour/);
});
