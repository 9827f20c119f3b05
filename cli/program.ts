import { Command, CommanderError } from 'commander';
import { GLOBAL_FLAGS, type FlagSpec } from './command-flags.ts';
import { commandIn, commandsOf, GROUPS, wordsOf, type CommandSpec, type NounSpec } from './command-table.ts';
import { manual } from '../lib/domain/remedies.ts';
import { refuseContradictions } from './contradictions.ts';
import { CliError, EXIT } from './exit.ts';
import type { Options } from './options.ts';
import { problemLines } from './render/problem.ts';
import { openTerminal } from './terminal.ts';
import { usageErrorOf } from './usage-errors.ts';
import { version } from './version.ts';

/** The hidden command of completion scripts. The words that are typed follow. */
const CANDIDATES = '__complete';

const EXAMPLES = `
Examples:
  matcha provision demo --location uksouth      create a stack
  matcha get experiment-tracker tracking-url    print the address of MLflow
  matcha status demo --timeline                 show how long each step took
  matcha destroy demo                           delete the stack and its data

Exit codes:
  0 success, 1 failed, 2 wrong usage, 3 not finished, 4 not allowed, 5 conflict,
  130 Ctrl-C`;

/** Runs a command line (without node and script) and returns its exit code. Never rejects. */
export async function runCommandLine(typed: readonly string[]): Promise<number> {
  if (typed[0] === CANDIDATES) return await (await import('./candidates.ts')).printCandidates(typed.slice(1));
  const words = helpInFlags(typed);
  const result: { exit: number } = { exit: EXIT.ok };
  const program = buildProgram(words, (exit) => (result.exit = exit));
  try {
    const { operands, unknown } = program.parseOptions([...words]);
    const isBare = operands.length === 0 && unknown.length === 0;
    if (isBare && program.opts<Options>().json !== true) return await runBare(program, words);
    await program.parseAsync(words, { from: 'user' });
    return result.exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return complain(error, words);
    // Help and version end this way too, already printed.
    return error.exitCode === 0 ? EXIT.ok : complain(usageErrorOf(error, words), words);
  }
}

/** `help stack add` and `version` with flags. What is no command stays an unknown command. */
function helpInFlags([first, ...rest]: readonly string[]): readonly string[] {
  const words = first === undefined ? [] : [first, ...rest];
  if (first === 'version') return ['--version', ...rest];
  if (first !== 'help') return words;
  const [noun] = rest;
  const isKnown = noun === undefined || commandIn(rest) !== undefined;
  const isNoun = rest.length === 1 && commandsOf(noun ?? '').length > 0;
  return isKnown || isNoun ? [...rest, '--help'] : rest;
}

/** Without a command: the wizard on a terminal, otherwise the help. */
async function runBare(program: Command, words: readonly string[]): Promise<number> {
  const options = program.opts<Options>();
  const { canAsk } = openTerminal({ color: options.color !== false, input: options.input !== false });
  if (canAsk && process.stdout.isTTY) {
    const [{ createContext }, { runWizard }] = await Promise.all([
      import('./context.ts'),
      import('./wizard.ts'),
    ]);
    const exit = await runWizard(await createContext(options, words));
    if (exit !== undefined) return exit;
  }
  program.outputHelp();
  return EXIT.ok;
}

function buildProgram(words: readonly string[], settle: (exit: number) => void): Command {
  const program = new Command('matcha')
    .description('A complete open-source MLOps stack on Azure, from one request.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: Math.min(100, process.stdout.columns || 100),
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace('[options]', '').trim()}`,
    })
    .addHelpText('after', EXAMPLES)
    // An error of the parser is printed in the style of all others.
    .configureOutput({ outputError: () => undefined, writeErr: () => undefined })
    .exitOverride();
  addFlags(program, GLOBAL_FLAGS);
  for (const [group, specs] of Object.entries(GROUPS)) {
    for (const spec of specs) {
      const isNoun = 'noun' in spec;
      const added = isNoun ? addNoun(program, spec, words, settle) : addCommand(program, spec, words, settle);
      added.helpGroup(group);
    }
  }
  return program;
}

function addNoun(
  program: Command,
  { noun, summary, commands }: NounSpec,
  words: readonly string[],
  settle: (exit: number) => void,
): Command {
  const parent = program.command(noun).helpCommand(false).summary(summary).description(asSentence(summary));
  for (const spec of commands) addCommand(parent, spec, words, settle);
  return parent;
}

function addCommand(
  parent: Command,
  spec: CommandSpec,
  words: readonly string[],
  settle: (exit: number) => void,
): Command {
  const names = wordsOf(spec);
  const args = spec.usage.split(' ').slice(names.length);
  const command = parent
    .command([names.at(-1), ...args].join(' '))
    .summary(spec.summary)
    .description(asSentence(spec.summary))
    .action(async () => {
      const options = command.optsWithGlobals<Options>();
      refuseContradictions(spec, given, command.args, options);
      // Help must not wait for the API client.
      const { createContext } = await import('./context.ts');
      const context = await createContext(options, words);
      const run = await spec.load();
      settle(await run(context, command.args));
    });
  addFlags(command, spec.flags ?? []);
  const given = new Set<string>();
  for (const option of command.options)
    command.on(`option:${option.name()}`, () => given.add(`--${option.name()}`));
  if (spec.examples) command.addHelpText('after', ['\nExamples:', ...spec.examples].join('\n  '));
  return command;
}

const asSentence = (summary: string) => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;

function addFlags(command: Command, flags: readonly FlagSpec[]): void {
  for (const [names, description, parse] of flags) {
    if (parse === undefined) command.option(names, description);
    else command.option(names, description, parse);
  }
}

/** Prints an error on stderr and returns its exit code. */
function complain(error: unknown, words: readonly string[]): number {
  const { exit, complaint } = error instanceof CliError ? error : unexpected(error);
  // What follows after `--` belongs to another command.
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const { err } = openTerminal({ color: !own.includes('--no-color'), input: false });
  const isAnswerNo = complaint.remedies === undefined && complaint.code === undefined;
  if (own.includes('--json')) err.print([JSON.stringify(complaint)]);
  else err.print(isAnswerNo ? [complaint.message] : problemLines(complaint, err.look));
  if (error instanceof Error && !(error instanceof CliError)) err.print([error.stack ?? '']);
  return exit;
}

/** A defect of this command. */
function unexpected(error: unknown): CliError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CliError(EXIT.failed, {
    code: 'UNEXPECTED_ERROR',
    message: `matcha failed: ${reason}`,
    remedies: [manual('This is a defect of the command: report it with `matcha version` and these lines.')],
  });
}
