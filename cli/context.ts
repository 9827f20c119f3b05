import type { StackDetail } from '../lib/api/stack.ts';
import { stackOf } from '../lib/domain/operation-id.ts';
import { quote } from '../lib/domain/quote.ts';
import { manual } from '../lib/domain/remedies.ts';
import { STACK_NAME, STACK_NAME_RULE } from '../lib/domain/stack-name.ts';
import { ApiError, createApi, type Api } from './api.ts';
import { readConfig, type Config } from './config.ts';
import { runCommand } from './complaint.ts';
import { CliError, EXIT, usageError } from './exit.ts';
import type { Options } from './options.ts';
import { allStacks } from './pages.ts';
import { serverUrl } from './server-url.ts';
import { tokensFor } from './sign-in/tokens.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** What every command works with. */
export interface Context {
  api: Api;
  server: string;
  options: Options;
  /** The command line without `matcha`, as the user typed it. */
  words: readonly string[];
  config: Config;
  /** Directory of matcha.config.json. */
  directory: string;
  terminal: Terminal;
}

const DEFAULT_SERVER = 'http://localhost:7071';

/** Flags override the environment, which overrides matcha.config.json. */
export async function createContext(options: Options, words: readonly string[]): Promise<Context> {
  const directory = process.cwd();
  const config = await readConfig(directory);
  const server = serverUrl(
    options.server ?? fromEnvironment('MATCHA_URL') ?? config.server ?? DEFAULT_SERVER,
  );
  const terminal = openTerminal({ color: options.color !== false, input: options.input !== false });
  return { api: createApi(server, tokensFor(server)), server, options, words, config, directory, terminal };
}

/** Prints one JSON document on stdout. */
export const printJson = ({ terminal }: Context, value: unknown): void =>
  terminal.out.print([JSON.stringify(value, null, 2)]);

/** The stack named by an argument, --stack, MATCHA_STACK or matcha.config.json, in this order. */
export function namedStack(
  { options, config }: Pick<Context, 'options' | 'config'>,
  argument: string | undefined,
): string | undefined {
  const given = argument ?? options.stack ?? fromEnvironment('MATCHA_STACK') ?? config.stack;
  const name = given?.toLowerCase();
  if (name === undefined || STACK_NAME.test(name)) return name;
  throw new CliError(EXIT.usage, {
    code: 'INVALID_NAME',
    message: `${quote(given ?? '')} cannot be the name of a stack.`,
    remedies: [manual(`Use ${STACK_NAME_RULE}.`)],
  });
}

/** The named stack, or the only one that exists. */
export async function chooseStack(context: Context, argument: string | undefined): Promise<string> {
  const named = namedStack(context, argument);
  if (named !== undefined) return named;
  const { stacks } = await allStacks(context.api, { all: false });
  const names = stacks.map(({ name }) => name);
  const [only] = names;
  if (only === undefined)
    throw usageError('There is no stack yet.', runCommand('matcha provision', 'Create one.'));
  if (names.length === 1) return only;
  throw usageError(
    `Which stack? There are ${names.length}: ${names.join(', ')}.`,
    'Name one as an argument, with --stack, or in MATCHA_STACK.',
  );
}

/** A stack, a destroyed one included; undefined when it does not exist. */
export async function findStack(api: Api, name: string): Promise<StackDetail | undefined> {
  try {
    return (await api('getStack', { params: { name } })).value;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export const fromEnvironment = (name: string): string | undefined => {
  const value = process.env[name];
  return value === '' ? undefined : value;
};

/** The id of an operation from an argument. Throws a usage error. */
export function operationId(argument = ''): string {
  if (stackOf(argument) !== undefined) return argument;
  throw usageError(
    `${quote(argument)} is not the id of an operation.`,
    'An id looks like demo-1a2b3c4d; `matcha status` shows it.',
  );
}
