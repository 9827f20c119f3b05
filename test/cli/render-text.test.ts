import { expect, test } from 'vitest';
import { brief, clock, rough, secondsBetween } from '../../cli/render/duration.ts';
import { fit, sentence, wrap } from '../../cli/render/text.ts';

test.each([
  [0, '0:00'],
  [7.4, '0:07'],
  [59.6, '1:00'],
  [252, '4:12'],
  [3723, '1:02:03'],
])('%d seconds on a clock are %s', (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

test.each([
  [24, '24 s'],
  [59.6, '1:00'],
  [250, '4:10'],
])('%d seconds in brief are %s', (seconds, text) => {
  expect(brief(seconds)).toBe(text);
});

test.each([
  [40, '40 s'],
  [540, '9 min'],
  [7200, '2 h'],
  [4 * 86_400, '4 d'],
])('%d seconds are roughly %s', (seconds, text) => {
  expect(rough(seconds)).toBe(text);
});

test('clocks that differ a little do not give a negative time', () => {
  expect(secondsBetween('2026-11-21T14:00:01Z', '2026-11-21T14:00:00Z')).toBe(0);
});

test('a cut text ends with an ellipsis', () => {
  expect(fit('provision', 5)).toBe('prov…');
  expect(fit('provision', 9)).toBe('provision');
});

test('words longer than a line are cut into pieces', () => {
  expect(wrap('a 1234567890', 4)).toEqual(['a', '1234', '5678', '90']);
});

test('a quoted command is not broken, and a single quote mark is a character', () => {
  expect(wrap('then run `a b c` now', 12)).toEqual(['then run', '`a b c` now']);
  expect(wrap('it`s fine', 5)).toEqual(['it`s', 'fine']);
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j reads "%s"', (items, text) => {
  expect(sentence(items)).toBe(text);
});

test('a command longer than a line stays in one piece, so that it can be copied', () => {
  const command = `\`az role assignment create --scope ${'x'.repeat(40)}\``;
  expect(wrap(`Run ${command} now.`, 30)).toEqual(['Run', command, 'now.']);
});
