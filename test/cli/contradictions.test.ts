import { expect, test } from 'vitest';
import { refuseContradictions } from '../../cli/contradictions.ts';

const refuse =
  (flags: string[], args: string[] = [], options = {}) =>
  () =>
    refuseContradictions(new Set(flags), args, options);

test.each([
  ['--private', '--public'],
  ['--gpu', '--no-gpu'],
  ['--preset', '--components'],
  ['--wait-for-quota', '--fallback-sizes'],
])('%s and %s are refused together, by both names', (one, other) => {
  expect(refuse([other, '--yes', one])).toThrow(`${one} and ${other} contradict each other.`);
  expect(refuse([one, '--yes'])).not.toThrow();
});

test('a stack has one name', () => {
  expect(refuse(['--name'], ['tiny'], { name: 'other' })).toThrow(
    'tiny and --name other contradict each other.',
  );
  expect(refuse([], [], { name: 'one', prefix: 'two' })).toThrow('--name one and --prefix two');
  expect(refuse(['--name'], ['tiny'], { name: 'tiny' })).not.toThrow();
});
