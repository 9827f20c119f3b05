import { expect, test } from 'vitest';
import { choicesFor } from '../../cli/wizard.ts';

const commands = (...args: Parameters<typeof choicesFor>) =>
  choicesFor(...args).map(({ words }) => ['matcha', ...words].join(' '));

test('without a server another one can be named', () => {
  expect(commands(undefined)).toEqual(['matcha init', 'matcha']);
});

test('without a stack one can be created', () => {
  expect(commands([])).toEqual(['matcha provision', 'matcha']);
});

test.each([
  ['Ready', 'matcha connect demo'],
  ['Degraded', 'matcha connect demo'],
  ['Failed', 'matcha provision demo'],
  ['Hibernated', 'matcha wake demo'],
  ['Provisioning', 'matcha watch demo'],
  ['Destroying', 'matcha watch demo'],
] as const)('a stack that is %s is offered %s first', (phase, command) => {
  expect(commands([{ name: 'demo', phase }])[0]).toBe(command);
});
