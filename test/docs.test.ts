import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GLOBAL_FLAGS } from '../cli/command-flags.ts';
import { commandIn, commandsOf } from '../cli/command-table.ts';
import { PIPELINE_REQUIREMENTS } from '../lib/components/pipeline-image.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md'), ...globSync('examples/*/README.md')];

/** Paths of this repository in code spans and links, such as `lib/domain/spec.ts`. */
const PATH =
  /(?:`|\]\()((?:lib|cli|local|functions|orchestrations|test|docs|scripts|bench|examples)\/[\w./-]*)(?:`|\))/g;

test.each(PAGES)('every path that %s names exists', (page) => {
  const paths = Array.from(readFileSync(page, 'utf8').matchAll(PATH), ([, path = '']) => path);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

/** Command lines in code spans, in blocks of code, and in `$(...)`. */
const COMMAND_LINE = /(?:`|^ {4}(?:\$ )?|\$\()matcha ([^`#)\n]+)/gm;

/** What is wrong with a command line of this tool; undefined when it can be typed. */
function flawOf(line: string): string | undefined {
  const words = (line.split(/ --(?: |$)/)[0] ?? '').replaceAll(',', '').trim().split(/\s+/);
  if (line === '--help') return undefined;
  const command = commandIn(words);
  if (command === undefined) return commandsOf(words[0] ?? '').length > 0 ? undefined : 'no such command';
  const known = [...(command.flags ?? []), ...GLOBAL_FLAGS].flatMap(([names]) => names.split(/[ ,]+/));
  return words.find((word) => word.startsWith('-') && !known.includes(word));
}

test.each(PAGES)('every command line in %s has a command and flags that exist', (page) => {
  const lines = Array.from(readFileSync(page, 'utf8').matchAll(COMMAND_LINE), ([, line = '']) => line.trim());
  const flawed = lines.flatMap((line) => {
    const flaw = flawOf(line);
    return flaw === undefined ? [] : [`${line}: ${flaw}`];
  });
  expect(flawed).toEqual([]);
});

test('a command line with another command or flag is noticed', () => {
  expect(flawOf('provisoin demo')).toBe('no such command');
  expect(flawOf('provision demo --password x')).toBe('--password');
  expect(flawOf('connect demo -- tool --any-flag')).toBeUndefined();
});

test.each(globSync('examples/*/requirements.txt'))('%s has the versions of the pipeline image', (file) => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const requirements = lines.filter((line) => line !== '' && !line.startsWith('#'));
  expect(requirements.length).toBeGreaterThan(5);
  expect(PIPELINE_REQUIREMENTS).toEqual(expect.arrayContaining(requirements));
});

test('CONTRIBUTING names the files of at least fifteen common changes', () => {
  const text = readFileSync('CONTRIBUTING.md', 'utf8');
  const table = text.split('## Where to change what')[1]?.split('\n## ')[0] ?? '';
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
  expect(rows.length).toBeGreaterThanOrEqual(15);
});
