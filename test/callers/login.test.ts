import fc from 'fast-check';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { BASE_PATH, operationIds, routes, type Route } from '../../lib/api/routes.ts';
import type { Problem } from '../../lib/domain/problem.ts';
import type { Session } from '../../cli/sign-in/store.ts';
import type { Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { hostileText, STACK_TRACE } from '../helpers/hostile.ts';
import { matchaHere } from '../helpers/in-process.ts';
import { answerDevice, browserOf, pickOn, type Choice } from '../helpers/person-at-browser.ts';
import { sendRaw } from '../helpers/raw-request.ts';
import { startMatcha } from '../helpers/running-command.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane({ signIn: true });
});
afterAll(() => plane.close());

/** The settings of a person on a machine of their own. */
let home: string;
let run: ReturnType<typeof matchaHere>;
const file = () => join(home, 'matcha', 'sign-in.json');

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'matcha-home-'));
  run = matchaHere(plane.url, home);
  vi.stubEnv('XDG_CONFIG_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function login(person: Choice) {
  vi.stubEnv('BROWSER', await browserOf(home, person));
  return run('login', '--browser');
}

const stored = async (): Promise<{ servers: Record<string, Session> }> =>
  JSON.parse(await readFile(file(), 'utf8')) as { servers: Record<string, Session> };

/** Changes the stored sign-in to the server. */
async function change(changes: Partial<Session>): Promise<void> {
  const { servers } = await stored();
  const session = { ...(servers[plane.url] as Session), ...changes };
  await writeFile(file(), JSON.stringify({ servers: { ...servers, [plane.url]: session } }));
}

/** With --json, the last line. What came before was progress. */
const complaintOf = ({ stderr }: Run) =>
  JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { remedies: object[] };

const LONG_AGO = '2020-01-01T00:00:00.000Z';

test('without a sign-in, every command says how to sign in', async () => {
  for (const words of [['list'], ['whoami'], ['provision', 'demo', '--location', 'uksouth', '--yes']]) {
    const { code, stdout, stderr } = await run(...words, '--json');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'NOT_SIGNED_IN', remedies: [{ action: 'signIn' }] });
  }
  expect((await run('list')).stderr).toContain('matcha login');
  expect(await run('doctor')).toMatchObject({
    code: 4,
    stdout: expect.stringMatching(/✖ Sign-in .*`matcha login`/) as string,
  });
});

test('a device code signs in, until logout', async () => {
  const command = startMatcha(plane.url, 'login', '--device-code');
  await command.says(/Ctrl-C cancels/);
  const [, page = ''] = /Open +(\S+)/.exec(command.stderr()) ?? [];
  const [, code = ''] = /Code +(\S+)/.exec(command.stderr()) ?? [];
  await answerDevice(page, code, 'ada');
  expect(await command.exit()).toBe(0);
  expect(command.stdout()).toMatch(/Name +ada\nRole +Operator\n/);

  expect(JSON.parse((await run('whoami', '--json')).stdout)).toMatchObject({
    server: plane.url,
    name: 'ada',
    role: 'Operator',
    signIn: 'device-code',
  });
  expect((await run('whoami')).stdout).toMatch(/Sign-in +with a device code, until .* UTC, then renewed/);
  expect(await run('list')).toMatchObject({ code: 0 });
  expect((await run('doctor')).stdout).toMatch(/✔ Sign-in +ada \(Operator\)/);

  expect(await run('logout')).toMatchObject({ code: 0, stdout: `You are signed out of ${plane.url}.\n` });
  expect(await run('list')).toMatchObject({ code: 4 });
  expect(await run('logout')).toMatchObject({ code: 0, stdout: `You were not signed in to ${plane.url}.\n` });
});

test('the browser signs in; the file is for this person alone and has no other server', async () => {
  const { code, stdout } = await login('lin');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Name +lin\n[^]*Sign-in +with the browser/);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect(Object.keys((await stored()).servers)).toEqual([plane.url]);
  const elsewhere = await matchaHere(plane.url.replace('localhost', '127.0.0.1'), home)('list');
  expect(elsewhere).toMatchObject({ code: 4 });
});

test('the address on the terminal signs in too, and a page that does not know the sign-in cannot end it', async () => {
  vi.stubEnv('BROWSER', 'none');
  const command = startMatcha(plane.url, 'login', '--browser');
  await command.says(/Ctrl-C cancels/);
  const [start = ''] = /http\S+/.exec(command.stderr()) ?? [];
  for (const path of ['?error=access_denied&state=guessed', '?code=x', 'favicon.ico'])
    expect((await fetch(new URL(path, new URL('/', start)))).status).toBe(404);
  await pickOn((await fetch(start)).url, 'ada');
  expect(await command.exit()).toBe(0);
  expect(command.stdout()).toMatch(/Name +ada/);
});

test.each([
  ['nobody', 'SIGN_IN_FAILED', /access_denied/],
  ['max', 'NOT_ALLOWED', /no role/],
] as const)('%s is not signed in, and nothing is stored', async (person, code, text) => {
  vi.stubEnv('BROWSER', await browserOf(home, person));
  const refused = await run('login', '--browser', '--json');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  const complaint = complaintOf(refused);
  expect(complaint).toMatchObject({ code });
  expect(complaint.remedies.length).toBeGreaterThan(0);
  expect(refused.stderr).toMatch(text);
  expect(await readdir(home)).not.toContain('matcha');
});

test('somebody whose role is not enough gets the reason of the server', async () => {
  await login('kim');
  const refused = await run('provision', 'demo', '--location', 'uksouth', '--yes', '--json');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(complaintOf(refused)).toMatchObject({
    code: 'NOT_ALLOWED',
    message: expect.stringContaining('kim is Reader') as string,
    remedies: [{ action: 'manual' }],
  });
});

test.each([
  ['has expired', { expiresAt: LONG_AGO, accessToken: 'old' }],
  ['the server refuses', { accessToken: 'broken' }],
])('a token that %s is renewed silently', async (_, changes) => {
  await login('ada');
  await change(changes);
  expect(await run('list')).toMatchObject({ code: 0 });
  const session = (await stored()).servers[plane.url];
  expect(session?.accessToken).toMatch(/^ey/);
  expect(Date.parse(session?.expiresAt ?? '')).toBeGreaterThan(Date.now());
  expect(session?.method).toBe('browser');
});

test('two commands that renew at once both work', async () => {
  await login('ada');
  await change({ expiresAt: LONG_AGO });
  const commands = ['list', 'whoami'].map((word) => startMatcha(plane.url, word));
  expect(await Promise.all(commands.map((command) => command.exit()))).toEqual([0, 0]);
  expect(await readdir(join(home, 'matcha'))).toEqual(['sign-in.json']);
});

test('a sign-in that cannot be renewed has ended', async () => {
  await login('ada');
  await change({ expiresAt: LONG_AGO, refreshToken: 'unknown' });
  const ended = await run('list', '--json');
  expect(ended).toMatchObject({ code: 4, stdout: '' });
  expect(complaintOf(ended)).toMatchObject({
    code: 'SIGN_IN_ENDED',
    cause: expect.stringContaining('invalid_grant') as string,
    remedies: [{ arguments: { command: 'matcha login' } }],
  });
  await change({ expiresAt: '2999-01-01T00:00:00.000Z', accessToken: 'broken' });
  const refused = await run('list', '--json');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(complaintOf(refused)).toMatchObject({ code: 'TOKEN_REFUSED' });
});

test('Ctrl-C ends a login at once and leaves nothing', async () => {
  for (const method of ['--device-code', '--browser']) {
    vi.stubEnv('BROWSER', 'none');
    const command = startMatcha(plane.url, 'login', method);
    await command.says(/Ctrl-C cancels/);
    expect(await command.end('SIGINT')).toBe(130);
    expect(command.stderr()).toContain('Nothing was done.');
  }
  expect(await readdir(home)).toEqual([]);
});

test.each([
  [['--azure-cli'], 'NOT_ENTRA'],
  [['--workload-identity'], 'NOT_ENTRA'],
  [['--browser', '--device-code'], 'CONTRADICTING_FLAGS'],
  [['--no-input'], 'MISSING_FLAG'],
])('login %j is refused here', async (flags, code) => {
  const refused = await run('login', ...flags, '--json');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(complaintOf(refused)).toMatchObject({ code });
});

test('a damaged file is named, and logout --all deletes it', async () => {
  await login('ada');
  await writeFile(file(), '{');
  const damaged = await run('list', '--json');
  expect(damaged).toMatchObject({ code: 4, stdout: '' });
  expect(complaintOf(damaged)).toMatchObject({ code: 'SIGN_IN_FILE_DAMAGED' });
  expect(damaged.stderr).toContain(file());
  expect(await run('logout', '--all')).toMatchObject({ code: 0 });
  expect(await run('list')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('NOT_SIGNED_IN') as string,
  });
});

/** A JWT that says that it needs no signature. */
const UNSIGNED = `${['{"alg":"none"}', '{"roles":["Admin"]}'].map((part) => Buffer.from(part).toString('base64url')).join('.')}.`;

const hostileHeader = fc
  .oneof(
    hostileText,
    hostileText.map((text) => `Bearer ${text}`),
    fc.constantFrom('Bearer', 'bearer a.b.c', `Bearer ${UNSIGNED}`, 'Basic eDp5', 'Bearer a, Bearer b'),
  )
  .filter((text) => /^[\t -~\u0080-\u00ff]*$/.test(text));

test('nothing but a token in Authorization signs in, on any route', async () => {
  const needSignIn = operationIds.map((id): Route => routes[id]).filter(({ role }) => role !== undefined);
  const request = fc.tuple(fc.constantFrom(...needSignIn), hostileHeader);
  await fc.assert(
    fc.asyncProperty(request, async ([{ method, path }, authorization]) => {
      const headers = { authorization };
      const { status, body } = await sendRaw(plane.url, { method, path: BASE_PATH + path, headers });
      expect(status).toBe(401);
      expect(body).not.toMatch(STACK_TRACE);
      const { code, remedies } = JSON.parse(body) as Problem;
      expect(code).toMatch(/^(NOT_SIGNED_IN|TOKEN_REFUSED)$/);
      expect(remedies).toMatchObject([{ action: 'signIn' }]);
    }),
    { seed: 20_261_122, numRuns: 60 },
  );
});
