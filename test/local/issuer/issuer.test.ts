import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIssuer, type Issuer } from '../../../local/issuer/index.ts';
import { PEOPLE } from '../../../local/people.ts';

let now: number;
let issuer: Issuer;
let configuration: Record<
  'authorization_endpoint' | 'token_endpoint' | 'device_authorization_endpoint' | 'issuer',
  string
>;

beforeAll(async () => {
  now = Date.parse('2026-03-01T12:00:00Z');
  issuer = await startIssuer({ now: () => now });
  const { authority } = issuer.directory;
  const found = await fetch(`${authority}/v2.0/.well-known/openid-configuration`);
  configuration = (await found.json()) as typeof configuration;
});
afterAll(() => issuer.close());

const REDIRECT = 'http://localhost:50123';
const verifier = randomBytes(32).toString('base64url');
const client = () => ({ client_id: issuer.directory.signInClientId });

const request = (changes: Record<string, string | undefined> = {}) => {
  const parameters = {
    ...client(),
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: `api://${issuer.directory.apiClientId}/access_as_user openid offline_access`,
    state: 'of the client',
    nonce: 'once',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    person: 'ada',
    ...changes,
  } as Record<string, string | undefined>;
  return new URLSearchParams(
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
};

/** What the browser does after a click on the page. */
const click = (changes?: Record<string, string | undefined>) =>
  fetch(configuration.authorization_endpoint, {
    method: 'POST',
    body: request(changes),
    redirect: 'manual',
  });

async function codeFor(changes?: Record<string, string | undefined>): Promise<string> {
  const { headers } = await click(changes);
  return new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
}

async function tokens(parameters: Record<string, string>): Promise<{ status: number; body: Answer }> {
  const response = await fetch(configuration.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ ...client(), ...parameters }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
type Answer = Record<'access_token' | 'id_token' | 'refresh_token' | 'error' | 'error_description', string>;

const codeGrant = (code: string, changes: Record<string, string> = {}) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT,
  code_verifier: verifier,
  ...changes,
});

test('the page shows who one can be, and keeps what the client sent', async () => {
  const page = await fetch(
    `${configuration.authorization_endpoint}?${request({ state: '"><script>' }).toString()}`,
  );
  const text = await page.text();
  expect(page.status).toBe(200);
  for (const { name } of Object.values(PEOPLE)) expect(text).toContain(name);
  expect(text).toContain('name="state" value="&#34;&#62;&#60;script&#62;"');
});

test('a code becomes tokens of the person, once', async () => {
  const answer = await click();
  const location = new URL(answer.headers.get('location') ?? '');
  expect(location.origin).toBe(REDIRECT);
  expect(location.searchParams.get('state')).toBe('of the client');
  const code = location.searchParams.get('code') ?? '';
  const { status, body } = await tokens(codeGrant(code));
  expect(status).toBe(200);
  expect(decodeJwt(body.access_token)).toMatchObject({
    iss: configuration.issuer,
    aud: issuer.directory.apiClientId,
    oid: PEOPLE.ada.id,
    roles: ['Operator'],
    scp: 'access_as_user',
  });
  expect(decodeJwt(body.id_token)).toMatchObject({ aud: issuer.directory.signInClientId, nonce: 'once' });
  expect(await tokens(codeGrant(code))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test.each([
  ['another verifier', { code_verifier: 'x'.repeat(43) }, /AADSTS501481/],
  ['another redirect URI', { redirect_uri: 'http://localhost:50999' }, /AADSTS50011/],
  ['an unknown code', { code: 'made-up' }, /AADSTS70000/],
  ['a client secret', { client_secret: 'made-up' }, /AADSTS700025/],
  ['another client', { client_id: '00000000-0000-0000-0000-000000000000' }, /AADSTS700016/],
  ['no verifier', { code_verifier: '' }, /AADSTS900144/],
  ['another grant', { grant_type: 'password' }, /AADSTS70003/],
])('a code with %s is refused', async (_, changes, description) => {
  const answer = await tokens(codeGrant(await codeFor(), changes));
  expect(answer.status).toBe(400);
  expect(answer.body.error_description).toMatch(description);
});

test('a code expires', async () => {
  const code = await codeFor();
  now += 601_000;
  expect((await tokens(codeGrant(code))).body.error_description).toMatch(/AADSTS70008/);
});

test.each([
  ['an unknown client', { client_id: '00000000-0000-0000-0000-000000000000' }],
  ['an address elsewhere', { redirect_uri: 'https://elsewhere.example' }],
  ['an address that begins like a registered one', { redirect_uri: 'http://localhost.elsewhere.example' }],
  ['another path', { redirect_uri: 'http://localhost:50123/other' }],
])('%s gets no redirect', async (_, changes) => {
  const answer = await click(changes);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
});

test.each([
  ['no challenge', { code_challenge: undefined }, 'invalid_request'],
  ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
  ['a scope of another API', { scope: 'https://graph.microsoft.com/.default' }, 'invalid_scope'],
  ['a person who declines', { person: 'nobody' }, 'access_denied'],
])('%s is an error for the client', async (_, changes, error) => {
  const { headers } = await click(changes);
  expect(new URL(headers.get('location') ?? '').searchParams.get('error')).toBe(error);
});

test('a device waits until somebody enters its code', async () => {
  const response = await fetch(configuration.device_authorization_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ ...client(), scope: `api://${issuer.directory.apiClientId}/.default` }),
  });
  const device = (await response.json()) as Record<'device_code' | 'user_code' | 'verification_uri', string>;
  const grant = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device.device_code,
  };
  const answer = (user_code: string, person: string) =>
    fetch(device.verification_uri, { method: 'POST', body: new URLSearchParams({ user_code, person }) });

  expect((await tokens(grant)).body.error).toBe('authorization_pending');
  expect((await answer('WRONG', 'lin')).status).toBe(400);
  expect((await answer(device.user_code.toLowerCase(), 'lin')).status).toBe(200);
  const { body } = await tokens(grant);
  expect(decodeJwt(body.access_token)).toMatchObject({ oid: PEOPLE.lin.id });
  expect(body.refresh_token).toBeUndefined();
  expect((await tokens(grant)).body.error).toBe('invalid_grant');
  expect((await tokens({ ...grant, device_code: 'made-up' })).body.error).toBe('bad_verification_code');
});

test('a refresh token gives new tokens for ninety days', async () => {
  const { body } = await tokens(codeGrant(await codeFor()));
  const grant = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
  now += 89 * 86_400_000;
  const refreshed = await tokens(grant);
  expect(decodeJwt(refreshed.body.access_token).exp).toBe(now / 1000 + 3600);
  now += 2 * 86_400_000;
  expect((await tokens(grant)).body.error).toBe('invalid_grant');
});
