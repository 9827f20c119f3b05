import { Command, CommanderError } from 'commander';
import { GLOBAL_FLAGS, type FlagSpec } from './command-flags.ts';
import { COMMANDS, NOUNS, type CommandSpec } from './command-table.ts';
import { refuseContradictions } from './contradictions.ts';
import { CliError, EXIT } from './exit.ts';
import type { Options } from './options.ts';
import { problemLines } from './render/problem.ts';
import { openTerminal } from './terminal.ts';
import { usageErrorOf } from './usage-errors.ts';
import { version } from './version.ts';

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
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const result: { exit: number } = { exit: EXIT.ok };
  const program = buildProgram(args, (exit) => (result.exit = exit));
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
    return result.exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return complain(error, args);
    // Help and version end this way too, already printed.
    if (error.exitCode === 0) return EXIT.ok;
    return error.code === 'commander.help' ? EXIT.usage : complain(usageErrorOf(error, args), args);
  }
}

function buildProgram(words: readonly string[], settle: (exit: number) => void): Command {
  const program = new Command('matcha')
    .description('A complete open-source MLOps stack on Azure, from one request.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: Math.min(100, process.stdout.columns || 100),
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace('[options]', '').trim()}`,
    })
    .addHelpText('after', EXAMPLES)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  addFlags(program, GLOBAL_FLAGS);
  for (const spec of COMMANDS) addCommand(program, spec, words, settle);
  return program;
}

function addCommand(
  program: Command,
  spec: CommandSpec,
  words: readonly string[],
  settle: (exit: number) => void,
): void {
  const names = spec.usage.split(' ').filter((word) => /^[a-z]/.test(word));
  const args = spec.usage.split(' ').slice(names.length);
  const [first = '', second] = names;
  const parent = second === undefined ? program : nounCommand(program, first);
  const command = parent
    .command([second ?? first, ...args].join(' '))
    .summary(spec.summary)
    .description(asSentence(spec.summary))
    .action(async () => {
      refuseContradictions(given, command.args, command.opts<Options>());
      // Help must not wait for the API client.
      const { createContext } = await import('./context.ts');
      const context = await createContext(command.optsWithGlobals<Options>(), words);
      const run = await spec.load();
      settle(await run(context, command.args));
    });
  if (second === undefined) command.helpGroup(spec.group);
  addFlags(command, spec.flags ?? []);
  const given = new Set<string>();
  for (const option of command.options)
    command.on(`option:${option.name()}`, () => given.add(`--${option.name()}`));
  if (spec.examples) command.addHelpText('after', ['\nExamples:', ...spec.examples].join('\n  '));
}

function nounCommand(program: Command, name: string): Command {
  const existing = program.commands.find((command) => command.name() === name);
  if (existing !== undefined) return existing;
  const noun = program.command(name).helpCommand(false);
  const spec = NOUNS[name];
  return spec === undefined
    ? noun
    : noun.helpGroup(spec.group).summary(spec.summary).description(asSentence(spec.summary));
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
  if (!(error instanceof CliError)) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.failed;
  }
  const { err } = openTerminal({ color: !words.includes('--no-color'), input: false });
  const { exit, complaint } = error;
  const isAnswerNo = complaint.remedies === undefined && complaint.code === undefined;
  if (words.includes('--json')) err.print([JSON.stringify(complaint)]);
  else err.print(isAnswerNo ? [complaint.message] : problemLines(complaint, err.look));
  return exit;
}
