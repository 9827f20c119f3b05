import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CliError, EXIT } from '../../cli/exit.ts';
import { changeSession, forgetAll, readSession, signInFile, type Session } from '../../cli/sign-in/store.ts';

const SERVER = 'https://matcha.example.com';
const OTHER = 'http://localhost:7071';

const session = (accessToken: string): Session => ({
  method: 'browser',
  issuer: 'https://login.microsoftonline.com/t/v2.0',
  tenantId: 't',
  clientId: 'c',
  scope: 'api://a/access_as_user offline_access',
  accessToken,
  expiresAt: '2026-11-22T12:00:00.000Z',
  refreshToken: 'refresh',
});

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'matcha-sign-in-'));
  file = signInFile({ XDG_CONFIG_HOME: directory }, 'linux');
});
afterEach(() => rm(directory, { recursive: true }));

const save = (server: string, token: string) =>
  changeSession(file, server, () => Promise.resolve(session(token)));
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('the file is where the platform keeps settings', () => {
  expect(file).toBe(join(directory, 'matcha', 'sign-in.json'));
  expect(signInFile({}, 'linux')).toMatch(/\/\.config\/matcha\/sign-in\.json$/);
  expect(signInFile({ XDG_CONFIG_HOME: 'relative' }, 'linux')).toMatch(/\/\.config\/matcha\/sign-in\.json$/);
  expect(signInFile({ APPDATA: '/roaming' }, 'win32')).toBe(join('/roaming', 'matcha', 'sign-in.json'));
});

test('without a file nobody is signed in, and reading makes no file', async () => {
  expect(await readSession(file, SERVER)).toBeUndefined();
  expect(await readdir(directory)).toEqual([]);
});

test('only the person can read the file and its folder, also when both were readable by others', async () => {
  await mkdir(dirname(file), { mode: 0o755 });
  await writeFile(file, '{"servers":{}}', { mode: 0o644 });
  await save(SERVER, 'a');
  expect(await modeOf(file)).toBe('600');
  expect(await modeOf(dirname(file))).toBe('700');
  expect(await readdir(dirname(file))).toEqual(['sign-in.json']);
});

test('each server has its own sign-in, whatever way its address is written', async () => {
  await save(SERVER, 'a');
  await save(OTHER, 'b');
  expect(await readSession(file, 'https://MATCHA.example.com:443/')).toEqual(session('a'));
  expect(await readSession(file, OTHER)).toEqual(session('b'));
  expect(await readSession(file, 'https://matcha.example.com.evil.example')).toBeUndefined();
  expect(await readSession(file, 'http://matcha.example.com')).toBeUndefined();
  await changeSession(file, SERVER, () => Promise.resolve(undefined));
  expect(await readSession(file, SERVER)).toBeUndefined();
  expect(await readSession(file, OTHER)).toEqual(session('b'));
});

test.each([
  ['', 'It is not JSON.'],
  ['{"servers":', 'It is not JSON.'],
  ['[]', 'It has no list of servers.'],
  ['{"servers":{"https://matcha.example.com":{"accessToken":"x"}}}', 'is not complete'],
  [JSON.stringify({ servers: { [SERVER]: { ...session('x'), expiresAt: 'tomorrow' } } }), 'is not complete'],
])('a file with %j is reported, kept, and can be deleted', async (text, cause) => {
  await mkdir(dirname(file));
  await writeFile(file, text);
  for (const use of [readSession(file, SERVER), save(SERVER, 'a')]) {
    const error = await use.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({
      exit: EXIT.auth,
      complaint: { code: 'SIGN_IN_FILE_DAMAGED', cause: expect.stringContaining(cause) as string },
    });
    expect(JSON.stringify((error as CliError).complaint)).toContain('matcha logout --all');
  }
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await forgetAll(file)).toBe(true);
  expect(await readSession(file, SERVER)).toBeUndefined();
  expect(await forgetAll(file)).toBe(false);
});

test('a change that fails leaves the file as it was, and lets the next one in', async () => {
  await save(SERVER, 'a');
  const before = await readFile(file, 'utf8');
  await expect(changeSession(file, SERVER, () => Promise.reject(new Error('no network')))).rejects.toThrow();
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(await save(SERVER, 'b')).toEqual(session('b'));
  expect(await readdir(dirname(file))).toEqual(['sign-in.json']);
});

test('a change sees what another one wrote meanwhile', async () => {
  const seen: unknown[] = [];
  let other: Promise<unknown> = Promise.resolve();
  await changeSession(file, SERVER, () => {
    other = changeSession(file, SERVER, (current) => {
      seen.push(current?.accessToken);
      return Promise.resolve(session('second'));
    });
    return Promise.resolve(session('first'));
  });
  await other;
  expect(seen).toEqual(['first']);
  expect(await readSession(file, SERVER)).toEqual(session('second'));
});

test('what a killed process left does not keep others out', async () => {
  await save(SERVER, 'a');
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await writeFile(`${file}.lock`, String(child.pid));
  expect(await save(OTHER, 'b')).toEqual(session('b'));
});

const STORE = join(import.meta.dirname, '../../cli/sign-in/store.ts');

test('many processes at once lose no sign-in', async () => {
  const program = `
    const { changeSession } = await import(${JSON.stringify(STORE)});
    const [file, server, session] = process.argv.slice(1);
    await changeSession(file, server, async () => JSON.parse(session));`;
  const servers = Array.from({ length: 6 }, (_, index) => `http://localhost:${7000 + index}`);
  const run = promisify(execFile);
  await Promise.all(
    servers.map((server) =>
      run(process.execPath, [
        '--input-type=module',
        '-e',
        program,
        file,
        server,
        JSON.stringify(session(server)),
      ]),
    ),
  );
  for (const server of servers) expect(await readSession(file, server)).toEqual(session(server));
});
