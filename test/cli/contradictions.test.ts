import { expect, test } from 'vitest';
import { refuseContradictions } from '../../cli/contradictions.ts';

const refuse =
  (flags: string[], args: string[] = [], options = {}, usage = 'provision [name]') =>
  () =>
    refuseContradictions({ usage }, new Set(flags), args, options);

test.each([
  ['--private', '--public'],
  ['--gpu', '--no-gpu'],
  ['--shared-keys', '--no-shared-keys'],
  ['--preset', '--components'],
  ['--wait-for-quota', '--fallback-sizes'],
  ['--requirements', '--dockerfile'],
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
  expect(refuse([], ['tiny'], { stack: 'other' })).toThrow('tiny and --stack other contradict each other.');
  expect(refuse([], ['Tiny'], { stack: 'tiny' })).not.toThrow();
});

test('an argument that is no name does not contradict --stack', () => {
  expect(refuse([], ['pipeline'], { stack: 'demo' }, 'get [resource] [property]')).not.toThrow();
});
