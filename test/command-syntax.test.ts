import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { GLOBAL_FLAGS } from '../cli/command-flags.ts';
import { COMMANDS } from '../cli/command-table.ts';

const ROOT = join(import.meta.dirname, '..');

const FLAGS = new Set(
  [...GLOBAL_FLAGS, ...COMMANDS.flatMap(({ flags = [] }) => flags)].flatMap(
    ([names]) => names.match(/--[\w-]+/g) ?? [],
  ),
);

/** Finds syntax of the command line: commands and flags. Flags of `az` commands are ignored. */
function callerSyntax(text: string): string[] {
  const ours = text.replaceAll(/\baz [a-z][^`]*/g, '');
  const flags = ours.match(/(?<![\w-])--[a-z][\w-]*/g) ?? [];
  return [...(ours.match(/\bmatcha [a-z][\w-]*/g) ?? []), ...flags.filter((flag) => FLAGS.has(flag))];
}

interface Piece {
  text: string;
  line: number;
}

/** Every comment, string and template of a source file. */
function piecesOf(path: string): Piece[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const pieces: Piece[] = [];
  const add = (from: number, to: number) =>
    pieces.push({ text: text.slice(from, to), line: source.getLineAndCharacterOfPosition(from).line + 1 });
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) add(node.getStart(), node.getEnd());
    if (node.getChildCount() === 0) {
      for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) add(pos, end);
      for (const { pos, end } of ts.getTrailingCommentRanges(text, node.end) ?? []) add(pos, end);
    }
    for (const child of node.getChildren()) visit(child);
  };
  visit(source);
  return pieces;
}

test('lib, functions and orchestrations have no syntax of the command line', () => {
  // A chat sends people to the command line for what it does not show.
  const files = globSync('{lib,functions,orchestrations}/**/*.ts', { cwd: ROOT }).filter(
    (path) => !path.startsWith('lib/chat/'),
  );
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((path) =>
    piecesOf(path).flatMap(({ text, line }) =>
      callerSyntax(text).map((matches) => `${path}:${line} ${matches}`),
    ),
  );
  expect([...new Set(found)]).toEqual([]);
});

/** These print what a person can type next. */
const LAUNCHERS = new Set(['local/start.ts', 'local/quickstart.ts']);

test('of the embedded Azure, scripts and benchmarks only the launchers show commands', () => {
  const command = new RegExp(`\\bmatcha (${COMMANDS.map(({ usage }) => usage.split(' ')[0]).join('|')})\\b`);
  const found = globSync('{local,scripts,bench}/**/*.ts', { cwd: ROOT })
    .filter((path) => !LAUNCHERS.has(path) && !path.includes('node_modules'))
    .flatMap((path) =>
      piecesOf(path).flatMap(({ text, line }) => (command.test(text) ? `${path}:${line}` : [])),
    );
  expect(found).toEqual([]);
});

test.each([
  ['what `matcha plan` prints', ['matcha plan']],
  ['Choose another with --node-size.', ['--node-size']],
  ['az group update --name x --tags a=b', []],
  ['--port=8080', []],
  ['the field manager matcha', []],
])('%s', (text, matches) => {
  expect(callerSyntax(text)).toEqual(matches);
});
