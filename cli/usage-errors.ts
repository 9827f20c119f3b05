import type { CommanderError } from 'commander';
import { COMMANDS } from './command-table.ts';
import { runCommand } from './complaint.ts';
import { usageError, type CliError } from './exit.ts';
import { shellWord } from './shell.ts';

/** Commands for words that people try, some of them from the original tool. */
const INSTEAD: Record<string, string> = {
  help: 'matcha --help',
  version: 'matcha --version',
  '-v': 'matcha --version',
  cost: 'matcha plan',
  logs: 'matcha events',
  'force-unlock': 'matcha unlock --force',
  '--password': 'matcha get --show-sensitive',
};

/** An error of the argument parser in the style of all other errors. */
export function usageErrorOf({ message }: CommanderError, words: readonly string[]): CliError {
  const [first = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const wrong = /^unknown (?:command|option) '(.+)'/.exec(first)?.[1] ?? '';
  const nearest = /Did you mean (?:one of )?([^,?]+)/.exec(hint)?.[1];
  return usageError(sentenceOf(first), adviceFor(wrong, nearest, words));
}

function adviceFor(wrong: string, nearest: string | undefined, words: readonly string[]) {
  const instead = INSTEAD[wrong];
  if (instead !== undefined) return runCommand(instead, 'Use this instead.');
  if (nearest === undefined && wrong === '') return helpOf(words);
  if (nearest === undefined) return runCommand('matcha --help', 'See all commands.');
  const corrected = words.map((word) => (word === wrong ? nearest : word));
  return runCommand(['matcha', ...corrected].map(shellWord).join(' '), `Did you mean ${nearest}?`);
}

/** The help of the command that was typed. */
function helpOf(words: readonly string[]) {
  const names = COMMANDS.map(({ usage }) => usage.split(' ').filter((word) => /^[a-z]/.test(word)));
  const typed = names.find((command) => command.every((name, index) => name === words[index])) ?? [];
  return runCommand(['matcha', ...typed, '--help'].join(' '), 'See its arguments and flags.');
}

/** `option '--max-nodes <count>' argument 'x' is invalid. must be …`: quotes as elsewhere, one sentence. */
function sentenceOf(message: string): string {
  const [, flag, value, rule] =
    /^option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid\. (.*)$/.exec(message) ?? [];
  const text =
    flag === undefined ? message.replaceAll(/'([^']*)'/g, '"$1"') : `${flag} ${value ?? ''} ${rule ?? ''}`;
  const start = text.startsWith('-') ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(start) ? start : `${start}.`;
}
