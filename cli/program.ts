import { Command, CommanderError } from 'commander';
import { COMMANDS, GLOBAL_FLAGS, NOUNS, type CommandSpec, type FlagSpec } from './command-table.ts';
import { createContext } from './context.ts';
import { refuseContradictions } from './contradictions.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';
import type { Options } from './options.ts';
import { problemLines } from './render/problem.ts';
import { openTerminal } from './terminal.ts';
import { version } from './version.ts';

const EXAMPLES = `
Examples:
  matcha provision demo --location uksouth      make a stack
  matcha get experiment-tracker tracking-url    where MLflow is
  matcha status demo --timeline                 what took how long
  matcha destroy demo                           delete it and all its data

Exit codes: 0 good, 1 failed, 2 wrong usage, 3 not finished, 4 not allowed, 5 conflict, 130 Ctrl-C.`;

/** Runs the command line `args` (without node and script) and tells its exit code. Never rejects. */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  const result: { exit: ExitCode } = { exit: EXIT.ok };
  const program = buildProgram((exit) => (result.exit = exit));
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
    return result.exit;
  } catch (error) {
    // Help and version end this way too. Everything else has already been said on stderr.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return complain(error, program.opts<Options>());
  }
}

function buildProgram(settle: (exit: ExitCode) => void): Command {
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
    .exitOverride();
  addFlags(program, GLOBAL_FLAGS);
  for (const spec of COMMANDS) addCommand(program, spec, settle);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, settle: (exit: ExitCode) => void): void {
  const words = spec.usage.split(' ').filter((word) => /^[a-z]/.test(word));
  const args = spec.usage.split(' ').slice(words.length);
  const [first = '', second] = words;
  const parent = second === undefined ? program : nounCommand(program, first);
  const command = parent
    .command([second ?? first, ...args].join(' '))
    .summary(spec.summary)
    .description(asSentence(spec.summary))
    .action(async () => {
      refuseContradictions(given, command.args, command.opts<Options>());
      const context = await createContext(command.optsWithGlobals<Options>());
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

function complain(error: unknown, { json, color }: Options): ExitCode {
  if (!(error instanceof CliError)) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.failed;
  }
  const { err } = openTerminal({ color: color !== false, input: false });
  const { exit, complaint } = error;
  const isRefusal = complaint.remedies === undefined && complaint.code === undefined;
  if (json === true) err.print([JSON.stringify(complaint)]);
  else err.print(isRefusal ? [complaint.message] : problemLines(complaint, err.look));
  return exit;
}
