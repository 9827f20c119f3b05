import type { StackDetail } from '../lib/api/stack.ts';
import { ApiError, createApi, type Answer, type Api } from './api.ts';
import { readConfig, type Config } from './config.ts';
import { usageError } from './exit.ts';
import type { Options } from './options.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** What every command works with. */
export interface Context {
  api: Api;
  server: string;
  options: Options;
  config: Config;
  /** Where matcha.config.json lies. */
  directory: string;
  terminal: Terminal;
}

const DEFAULT_SERVER = 'http://localhost:7071';

/** Flags win over the environment, and that over matcha.config.json. */
export async function createContext(options: Options): Promise<Context> {
  const directory = process.cwd();
  const config = await readConfig(directory);
  const server = serverUrl(
    options.server ?? fromEnvironment('MATCHA_URL') ?? config.server ?? DEFAULT_SERVER,
  );
  const terminal = openTerminal({ color: options.color !== false, input: options.input !== false });
  return { api: createApi(server), server, options, config, directory, terminal };
}

/** Prints an answer for programs: one JSON document on stdout. */
export const printJson = ({ terminal }: Context, value: unknown): void =>
  terminal.out.print([JSON.stringify(value, null, 2)]);

/** The stack that is named by an argument, --stack, MATCHA_STACK or matcha.config.json, in this order. */
export const namedStack = ({ options, config }: Context, argument: string | undefined): string | undefined =>
  argument ?? options.stack ?? fromEnvironment('MATCHA_STACK') ?? config.stack;

/** The stack that is meant: the named one, else the only one there is. */
export async function chooseStack(context: Context, argument: string | undefined): Promise<string> {
  const named = namedStack(context, argument);
  if (named !== undefined) return named;
  const { value } = await context.api('listStacks', { query: { all: false } });
  const names = value.stacks.map(({ name }) => name);
  const [only] = names;
  if (only === undefined) throw usageError('There is no stack yet.', 'Make one with `matcha provision`.');
  if (names.length === 1) return only;
  throw usageError(
    `Which stack? There are ${names.length}: ${names.join(', ')}.`,
    'Name one as an argument, with --stack, or in MATCHA_STACK.',
  );
}

/** A stack that may not exist; one that is destroyed counts as none. */
export async function findStack(api: Api, name: string): Promise<Answer<StackDetail> | undefined> {
  try {
    const found = await api('getStack', { params: { name } });
    return found.value.phase === 'Destroyed' ? undefined : found;
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
  throw usageError(`"${text}" is not the address of a server.`, 'It looks like http://localhost:7071.');
}
