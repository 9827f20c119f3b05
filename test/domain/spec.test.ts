import { expect, test } from 'vitest';
import { ProblemError } from '../../lib/domain/problem.ts';
import { manual } from '../../lib/domain/remedies.ts';
import { parseRegion, parseStackFields, parseStackName } from '../../lib/domain/spec.ts';

const problemOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('No ProblemError was thrown.');
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

test('a region may have its display name', () => {
  expect(parseRegion('UK South')).toBe('uksouth');
});

test('a misspelled region is rejected with the nearest suggestion', () => {
  expect(problemOf(() => parseRegion('uksuoth'))).toMatchObject({
    code: 'UNKNOWN_REGION',
    remedies: [manual('Did you mean uksouth?')],
  });
});

test('a prefix of regions is rejected with all matches as suggestions', () => {
  expect(problemOf(() => parseRegion('norw')).remedies).toEqual([manual('Did you mean norwayeast?')]);
  expect(problemOf(() => parseRegion('uk')).remedies).toEqual([manual('Did you mean uksouth or ukwest?')]);
});

test('absent fields get their defaults', () => {
  expect(parseStackFields({ location: 'uksouth' })).toMatchObject({
    cluster: { nodeSize: 'Standard_D4s_v5', minNodes: 1, maxNodes: 3 },
    access: { kind: 'private' },
    storage: { sharedKeyAccess: false },
    lifetime: { protected: false },
  });
});

test('all invalid fields are reported together', () => {
  const body = {
    location: 'uksouth',
    cluster: { minNodes: 5, maxNodes: 2 },
    lifetime: { idleAfter: '8 hours' },
    colour: 'green',
  };
  const { code, cause } = problemOf(() => parseStackFields(body));
  expect(code).toBe('INVALID_REQUEST');
  expect(cause).toMatch(/cluster: minNodes must not exceed maxNodes/);
  expect(cause).toMatch(/lifetime: .*idleAfter/);
  expect(cause).toMatch(/colour/);
});

test('what a problem quotes of a request is bounded, and so is the number of its findings', () => {
  const wrong = Array.from({ length: 5000 }, (_, index) => [`field${index}`, 'x']);
  const long = 'x'.repeat(50_000);
  for (const body of [
    { location: 'uksouth', ...Object.fromEntries(wrong) },
    { location: 'uksouth', tags: { [`${long}<`]: 'a' } },
    { location: 'uksouth', access: { kind: 'public', allowFrom: wrong.map(() => 'x') } },
    { location: long },
  ])
    expect(JSON.stringify(problemOf(() => parseStackFields(body))).length).toBeLessThan(2000);
  expect(
    problemOf(() => parseStackFields({ access: { kind: 'public', allowFrom: wrong.map(() => 'x') } })).cause,
  ).toMatch(/access\.allowFrom\.8: must be a network.*; and 4991 more$/);
});

test('a name in a problem is cut, and its control characters are escaped', () => {
  expect(problemOf(() => parseStackName('a\u001b[31m\n"b"')).message).toBe(
    '"a\\u001b[31m\\n\\"b\\"" cannot be the name of a stack.',
  );
  expect(problemOf(() => parseStackName('x'.repeat(5000))).message.length).toBeLessThan(120);
});
