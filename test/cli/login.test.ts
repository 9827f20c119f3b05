import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { methodsToTry } from '../../cli/sign-in/choose-method.ts';
import type { Issuer } from '../../cli/sign-in/methods.ts';
import { apiScope } from '../../cli/sign-in/scope.ts';
import { changeSession, readSession } from '../../cli/sign-in/store.ts';
import { tokensFor } from '../../cli/sign-in/tokens.ts';
import { confirmServer } from '../../cli/sign-in/trust.ts';
import { plain } from '../../cli/render/text.ts';
import { AZURE_CLI_EXPIRES, azureCli } from '../helpers/azure-cli.ts';
import { matchaHere } from '../helpers/in-process.ts';

const TENANT = '5a1ad000-0000-4000-8000-000000000002';
const ENTRA: Issuer = {
  kind: 'oidc',
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  tenantId: TENANT,
  clientId: '5a1ad000-0000-4000-8000-0000000000c2',
  scope: 'api://5a1ad000-0000-4000-8000-0000000000c1/access_as_user openid profile offline_access',
};
const ADA = { id: 'a1', tenant: TENANT, name: 'ada', type: 'User', role: 'Operator' };

const port = { look: { width: 80, paint: plain }, print: () => undefined };
const terminal = { out: port, err: port, canAsk: true, canRedraw: true, rows: 24 };

let home: string;
const file = () => join(home, 'matcha', 'sign-in.json');

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'matcha-home-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

/** A server that says what it likes. Its answers are a function of the request. */
async function startServer(
  answer: (request: IncomingMessage) => object | { status: number; location: string },
) {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const body = answer(request);
    if ('location' in body) response.writeHead(body.status, { location: body.location }).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, authorizations };
}

/** Signs ada in at an issuer. */
const signsIn = (issuer: object) =>
  startServer(({ url }) =>
    url?.endsWith('/sign-in') ? issuer : url?.endsWith('/me') ? ADA : { stacks: [] },
  );

test('the session of the Azure CLI signs in, and is asked again for each new token', async () => {
  vi.stubEnv('PATH', await azureCli(home, 'signedIn'));
  const { url, authorizations } = await signsIn(ENTRA);
  const run = matchaHere(url, home);
  expect(await run('login')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ada[^]*the Azure CLI/) as string,
  });
  const token =
    'account get-access-token --output json --resource api://5a1ad000-0000-4000-8000-0000000000c1 ' +
    `--tenant ${TENANT}`;
  const stored = JSON.parse(await readFile(file(), 'utf8')) as { servers: Record<string, object> };
  expect(stored.servers[url]).toMatchObject({
    method: 'azure-cli',
    accessToken: token,
    expiresAt: AZURE_CLI_EXPIRES,
  });
  expect(stored.servers[url]).not.toHaveProperty('refreshToken');
  await writeFile(file(), JSON.stringify(stored).replace(AZURE_CLI_EXPIRES, '2020-01-01T00:00:00.000Z'));
  expect(await run('list')).toMatchObject({ code: 0 });
  expect(await readFile(file(), 'utf8')).toContain(AZURE_CLI_EXPIRES);
  expect(authorizations).toEqual([undefined, `Bearer ${token}`, `Bearer ${token}`]);
});

test.each([
  ['signedOut', /az login/],
  ['noConsent', /AADSTS65001/],
] as const)('an Azure CLI that is %s signs nobody in, and says why', async (state, cause) => {
  vi.stubEnv('PATH', await azureCli(home, state));
  const { url } = await signsIn(ENTRA);
  const { code, stdout, stderr } = await matchaHere(url, home)('login', '--azure-cli', '--json');
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({
    code: 'SIGN_IN_FAILED',
    cause: expect.stringMatching(cause) as string,
    remedies: [{ arguments: { command: `az login --tenant ${TENANT}` } }, {}],
  });
  expect(await readdir(home)).not.toContain('matcha');
});

test('without its variables, a workload identity says what is missing, also in GitHub Actions', async () => {
  for (const name of ['AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE']) vi.stubEnv(name, '');
  const { url } = await signsIn(ENTRA);
  const { code, stderr } = await matchaHere(url, home)('login', '--workload-identity');
  expect(code).toBe(4);
  expect(stderr).toContain('AZURE_FEDERATED_TOKEN_FILE');
  expect(stderr).toContain('azure/login');
});

test('the file of a workload identity is read', async () => {
  vi.stubEnv('AZURE_CLIENT_ID', ENTRA.clientId);
  vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', join(home, 'nothere'));
  const { url } = await signsIn(ENTRA);
  const { code, stderr } = await matchaHere(url, home)('login', '--workload-identity');
  expect(code).toBe(4);
  expect(stderr).toMatch(/ENOENT.*nothere/s);
});

test('a server without sign-in needs none', async () => {
  const { url } = await signsIn({ kind: 'none' });
  const run = matchaHere(url, home);
  expect(await run('login')).toMatchObject({ code: 0, stdout: `${url} has no sign-in: nothing is to do.\n` });
  expect((await run('whoami')).stdout).toMatch(/Name +ada[^]*Sign-in +not needed/);
  expect(await run('list')).toMatchObject({ code: 0 });
  expect(await readdir(home)).toEqual([]);
});

test('a token does not follow a redirect', async () => {
  vi.stubEnv('PATH', await azureCli(home, 'signedIn'));
  const thief = await startServer(() => ({ stacks: [] }));
  const { url } = await startServer((request) => {
    if (request.url?.endsWith('/stacks?all=false'))
      return { status: 307, location: `${thief.url}/api/v1/stacks` };
    return request.url?.endsWith('/me') ? ADA : ENTRA;
  });
  const run = matchaHere(url, home);
  expect(await run('login')).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await run('list', '--json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({
    code: 'REDIRECTED',
    cause: expect.stringContaining(thief.url) as string,
  });
  expect(thief.authorizations).toEqual([]);
});

test('a token goes to no other server, and to none without encryption', async () => {
  vi.stubEnv('PATH', await azureCli(home, 'signedIn'));
  const { url } = await signsIn(ENTRA);
  await matchaHere(url, home)('login');
  const other = await signsIn(ENTRA);
  await matchaHere(other.url, home)('list');
  expect(other.authorizations).toEqual([undefined]);
  const session = await readSession(file(), url);
  await changeSession(file(), 'http://matcha.example.com', () => Promise.resolve(session));
  expect(await tokensFor('http://matcha.example.com', file()).current()).toBeUndefined();
});

test('the server of a matcha.config.json is trusted after a question', async () => {
  vi.stubEnv('MATCHA_URL', '');
  const server = 'https://matcha.example.com';
  const context = { server, terminal: { ...terminal, canAsk: false }, words: ['login'] };
  await expect(confirmServer({ ...context, options: {} })).rejects.toThrow('--yes must be given');
  await confirmServer({ ...context, options: { yes: true } });
  await confirmServer({ ...context, options: { server } });
  await confirmServer({ ...context, options: {}, server: 'http://localhost:7071' });
  vi.stubEnv('MATCHA_URL', server);
  await confirmServer({ ...context, options: {} });
});

test.each([
  ['https://management.azure.com/.default', 'Azure'],
  ['https://graph.microsoft.com/.default openid', 'Graph'],
  ['00000003-0000-0000-c000-000000000000/.default', 'Graph by its id'],
  ['api://a/x https://management.azure.com/.default', 'two APIs'],
  ['openid', 'no API'],
])('a server that asks for a token with the scope %s gets none: %s', async (scope) => {
  vi.stubEnv('PATH', await azureCli(home, 'signedIn'));
  const { url, authorizations } = await signsIn({ ...ENTRA, scope });
  for (const method of ['--azure-cli', '--browser', '--device-code'])
    expect(await matchaHere(url, home)('login', method)).toMatchObject({ code: 4, stdout: '' });
  expect(authorizations.filter(Boolean)).toEqual([]);
  expect(() => apiScope(scope)).toThrow('must not get');
});

test('an issuer without encryption is refused', async () => {
  const { url } = await signsIn({ ...ENTRA, issuer: 'http://login.microsoftonline.com/t/v2.0' });
  const { code, stderr } = await matchaHere(url, home)('login', '--device-code', '--json');
  expect(code).toBe(4);
  expect(JSON.parse(stderr)).toMatchObject({ code: 'NOT_PRIVATE' });
});

test.each([
  ['all of Azure, on a terminal', {}, { DISPLAY: ':0' }, ['azure-cli', 'browser']],
  ['no browser', {}, {}, ['azure-cli', 'device-code']],
  ['by SSH', {}, { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, ['azure-cli', 'device-code']],
  ['no questions', { input: false }, { DISPLAY: ':0' }, ['azure-cli']],
  ['a chosen method', { deviceCode: true }, { DISPLAY: ':0' }, ['device-code']],
  ['a chosen method in CI', { workloadIdentity: true, input: false }, {}, ['workload-identity']],
])('the methods with %s', (_, options, environment, methods) => {
  expect(methodsToTry({ options, terminal, words: [] }, ENTRA, environment)).toEqual(methods);
});
