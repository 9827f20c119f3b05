import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../complaint.ts';
import { CliError, EXIT } from '../exit.ts';
import { METHODS, type Method } from './methods.ts';

/** A sign-in to one server. */
export interface Session {
  method: Method;
  issuer: string;
  tenantId: string;
  clientId: string;
  scope: string;
  accessToken: string;
  /** Of the access token, ISO 8601, by the clock of this machine. */
  expiresAt: string;
  /** Only of sign-ins that this command made itself. */
  refreshToken?: string;
}

/** By the address of the server. */
type Sessions = Map<string, Session>;

/** The file with all sign-ins of this person: in XDG_CONFIG_HOME, on Windows in APPDATA. */
export function signInFile(
  { XDG_CONFIG_HOME = '', APPDATA = '' }: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const [given, ...standard] =
    platform === 'win32' ? [APPDATA, 'AppData', 'Roaming'] : [XDG_CONFIG_HOME, '.config'];
  // The XDG Base Directory Specification tells to ignore a path that is not absolute.
  const base = isAbsolute(given) ? given : join(homedir(), ...standard);
  return join(base, 'matcha', 'sign-in.json');
}

/** One address for all spellings of it. */
const keyOf = (server: string): string => new URL(server).href.replace(/\/+$/, '');

/** The sign-in to a server; undefined when there is none. Throws a CliError when the file is damaged. */
export const readSession = async (file: string, server: string): Promise<Session | undefined> =>
  (await readAll(file)).get(keyOf(server));

/**
 * Replaces the sign-in to a server by what `change` makes of it, and returns that. Other processes wait meanwhile, so
 * that none loses what another one wrote.
 */
export async function changeSession(
  file: string,
  server: string,
  change: (current: Session | undefined) => Promise<Session | undefined>,
): Promise<Session | undefined> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await chmod(dirname(file), 0o700);
  return await locked(file, async () => {
    const sessions = await readAll(file);
    const before = sessions.get(keyOf(server));
    const after = await change(before);
    if (after === before) return after;
    if (after === undefined) sessions.delete(keyOf(server));
    else sessions.set(keyOf(server), after);
    await writeAll(file, sessions);
    return after;
  });
}

/** Deletes all sign-ins. Returns whether there was a file; a damaged one goes too. */
export async function forgetAll(file: string): Promise<boolean> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  await rm(file, { force: true });
  return exists;
}

async function readAll(file: string): Promise<Sessions> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return new Map();
    throw damaged(file, error instanceof Error ? error.message : String(error));
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw damaged(file, 'It is not JSON.');
  }
  const servers = isRecord(content) ? content['servers'] : undefined;
  if (!isRecord(servers)) throw damaged(file, 'It has no list of servers.');
  return new Map(
    Object.entries(servers).map(([server, session]) => {
      if (!isSession(session)) throw damaged(file, `Its entry for ${server} is not complete.`);
      return [server, session];
    }),
  );
}

/** A reader sees the file before or after, and never a part of it. */
async function writeAll(file: string, sessions: Sessions): Promise<void> {
  const text = JSON.stringify({ servers: Object.fromEntries(sessions) }, null, 2);
  const written = `${file}.${randomUUID()}`;
  try {
    await writeFile(written, `${text}\n`, { mode: 0o600, flag: 'wx' });
    await rename(written, file);
  } finally {
    await rm(written, { force: true });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TEXTS = ['issuer', 'tenantId', 'clientId', 'scope', 'accessToken'];

const isSession = (value: unknown): value is Session =>
  isRecord(value) &&
  Object.keys(METHODS).includes(String(value['method'])) &&
  !Number.isNaN(Date.parse(String(value['expiresAt']))) &&
  TEXTS.every((name) => typeof value[name] === 'string') &&
  ['string', 'undefined'].includes(typeof value['refreshToken']);

const damaged = (file: string, cause: string): CliError =>
  new CliError(EXIT.auth, {
    code: 'SIGN_IN_FILE_DAMAGED',
    message: `The sign-ins in ${file} cannot be read.`,
    cause,
    remedies: [
      runCommand('matcha logout --all', 'Delete them,'),
      runCommand('matcha login', 'then sign in again.'),
    ],
  });

const RETRY_MS = 50;

/** No process needs the file for longer: each request to an issuer has a time limit below this. */
const ABANDONED_MS = 60_000;

/** Runs `work` while no other process has the lock of this file. */
async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  while (!(await tookLock(lock))) await sleep(RETRY_MS);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function tookLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (await isAbandoned(lock)) await rm(lock, { force: true });
    return false;
  }
}

/** Whether the process that has the lock was ended before it could give it back. */
async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    const owner = Number(await readFile(lock, 'utf8'));
    return Date.now() - mtimeMs > ABANDONED_MS || (owner > 0 && !isRunning(owner));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as somebody else.
    return codeOf(error) !== 'ESRCH';
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
