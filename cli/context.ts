import type { StackDetail } from '../lib/api/stack.ts';
import { ApiError, createApi, type Api } from './api.ts';
import { readConfig, type Config } from './config.ts';
import { runCommand } from './complaint.ts';
import { usageError } from './exit.ts';
import type { Options } from './options.ts';
import { allStacks } from './pages.ts';
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
  return { api: createApi(server), server, options, words, config, directory, terminal };
}

/** Prints one JSON document on stdout. */
export const printJson = ({ terminal }: Context, value: unknown): void =>
  terminal.out.print([JSON.stringify(value, null, 2)]);

/** The stack named by an argument, --stack, MATCHA_STACK or matcha.config.json, in this order. */
export const namedStack = ({ options, config }: Context, argument: string | undefined): string | undefined =>
  argument ?? options.stack ?? fromEnvironment('MATCHA_STACK') ?? config.stack;

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

const fromEnvironment = (name: string): string | undefined => {
  const value = process.env[name];
  return value === '' ? undefined : value;
};

function serverUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw usageError(
    `"${text}" is not the address of a server.`,
    'Give an address such as http://localhost:7071.',
  );
}
