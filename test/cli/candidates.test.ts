import { expect, test } from 'vitest';
import { candidatesFor } from '../../cli/candidates.ts';
import { COMMANDS } from '../../cli/command-table.ts';
import { FILE_FLAGS } from '../../cli/commands/completion.ts';

const wordsAfter = (...before: string[]) => candidatesFor(before, '').words;

test('the first word is a command', () => {
  expect(wordsAfter()).toEqual(expect.arrayContaining(['provision', 'status', 'stack', 'image']));
  expect(wordsAfter('--server', 'http://localhost:7071')).toContain('provision');
});

test('a noun is followed by its commands', () => {
  expect(wordsAfter('stack')).toEqual(['set', 'list', 'add', 'remove']);
});

test('flags are those of the command and the global ones', () => {
  const { words } = candidatesFor(['env', 'demo'], '--');
  expect(words).toEqual(expect.arrayContaining(['--cluster', '--stack', '--json', '--help']));
  expect(words).not.toContain('--gpu');
});

test.each([
  [['status'], 'stack'],
  [['open', 'demo'], 'component'],
  [['logs'], 'stack'],
  [['stack', 'add'], 'component'],
  [['stack', 'set'], 'preset'],
  [['get'], 'slot'],
  [['completion'], 'shell'],
  [['list', '--stack'], 'stack'],
  [['list', '--stack', '='], 'stack'],
  [['provision', 'demo', '--preset'], 'preset'],
  [['provision', '--components'], 'component'],
  [['plan', '--location'], 'region'],
  [['get', '--output'], 'format'],
  [['status', '--json'], 'stack'],
] as const)('%j is followed by a %s', (before, kind) => {
  expect(candidatesFor(before, '')).toEqual({ words: [], kind });
});

test.each([[['status', 'demo']], [['plan', '--max-nodes']], [['connect', 'demo', '--']], [['nothing']]])(
  '%j is followed by nothing',
  (before) => {
    expect(candidatesFor(before, '')).toEqual({ words: [] });
  },
);

test('the shell completes the values of flags that are files', () => {
  const flags = COMMANDS.flatMap(({ flags = [] }) => flags.flatMap(([names]) => names));
  const ofFiles = flags
    .filter((names) => names.includes('<file>'))
    .flatMap((names) => names.match(/-[-\w]+/g));
  expect(FILE_FLAGS).toEqual(ofFiles);
});
