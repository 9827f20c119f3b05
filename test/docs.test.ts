import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/operations.md', 'docs/teams.md'];

/** Paths of this repository in code spans and links, such as `lib/domain/spec.ts`. */
const PATH =
  /(?:`|\]\()((?:lib|cli|local|functions|orchestrations|test|docs|scripts|bench)\/[\w./-]*)(?:`|\))/g;

test.each(PAGES)('every path that %s names exists', (page) => {
  const paths = Array.from(readFileSync(page, 'utf8').matchAll(PATH), ([, path = '']) => path);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
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
