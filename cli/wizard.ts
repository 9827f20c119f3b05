import type { StackView } from '../lib/api/stack.ts';
import { ApiError } from './api.ts';
import { COMMANDS, wordsOf } from './command-table.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit.ts';
import { allStacks } from './pages.ts';
import { stackTable } from './render/stacks.ts';
import { version } from './version.ts';

/** What can be done next: a command with its arguments, or the help. */
export interface Choice {
  label: string;
  /** The words of a command; empty for the help. */
  words: string[];
  /** Whether the name of a new stack is to be asked for. */
  isNew?: true;
}

/**
 * `matcha` alone on a terminal: shows the server and its stacks, and runs the command that is chosen. The command
 * asks what it always asks. Returns undefined when the help is chosen.
 */
export async function runWizard(context: Context): Promise<number | undefined> {
  const { server, terminal } = context;
  const { err } = terminal;
  const found = await stacksOf(context);
  err.print([`${err.look.paint('bold', 'matcha')} ${version}, server ${server}`, '']);
  if (found === undefined)
    err.print(['It does not answer. `npm start` in the repository starts one here.', '']);
  else if (found.stacks.length === 0) err.print(['There is no stack yet.', '']);
  else err.print([...stackTable(found.stacks, found.at, err.look), '']);

  const { askChoice, askName } = await import('./prompts.ts');
  const choice = await askChoice('What next?', choicesFor(found?.stacks));
  const words = choice.isNew === true ? [...choice.words, await askName()] : choice.words;
  if (words.length === 0) return undefined;
  err.print(['', err.look.paint('dim', `$ matcha ${words.join(' ')}`)]);
  return await runWords({ ...context, words }, words);
}

/** What is sensible for these stacks; undefined when no server answers. */
export function choicesFor(stacks: readonly Pick<StackView, 'name' | 'phase'>[] | undefined): Choice[] {
  const help: Choice = { label: 'Show the help', words: [] };
  if (stacks === undefined) return [{ label: 'Use another server', words: ['init'] }, help];
  const choices = stacks.slice(0, STACKS_OFFERED).flatMap((stack) => choicesOf(stack));
  return [...choices, { label: 'Create a stack', words: ['provision'], isNew: true }, help];
}

/** More would not fit on a screen. */
const STACKS_OFFERED = 6;

function choicesOf({ name, phase }: Pick<StackView, 'name' | 'phase'>): Choice[] {
  const status = { label: `Show the status of ${name}`, words: ['status', name] };
  if (phase === 'Ready' || phase === 'Degraded')
    return [{ label: `Connect to the tools of ${name}`, words: ['connect', name] }, status];
  if (phase === 'Failed') return [{ label: `Continue ${name}`, words: ['provision', name] }, status];
  if (phase === 'Hibernated') return [{ label: `Start ${name} again`, words: ['wake', name] }, status];
  return [{ label: `Watch ${name}`, words: ['watch', name] }, status];
}

/** Undefined when no server answers. */
async function stacksOf({ api }: Context) {
  try {
    return await allStacks(api, { all: false });
  } catch (error) {
    if (error instanceof ApiError && error.status === undefined) return undefined;
    throw error;
  }
}

async function runWords(context: Context, [verb = '', ...args]: string[]): Promise<number> {
  const spec = COMMANDS.find((each) => wordsOf(each).join(' ') === verb);
  if (spec === undefined) return EXIT.usage;
  return await (
    await spec.load()
  )(context, args);
}
