import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { SCOPE } from '../../lib/domain/sign-in.ts';
import type { ProblemError } from '../../lib/domain/problem.ts';
import { createVerifier } from '../../lib/entra/verify.ts';
import { startIssuer, type Issuer } from '../../local/issuer/index.ts';
import { PEOPLE } from '../../local/people.ts';

let issuer: Issuer;
let authenticate: ReturnType<typeof createVerifier>;

const START = Date.parse('2026-03-01T12:00:00Z');

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

beforeEach(() => {
  // The cache of the keys reads the time itself.
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  issuer.keyRequests = 0;
  authenticate = createVerifier({ ...issuer.directory, scope: SCOPE, now: Date.now });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

const caller = (token: string) => authenticate(new Headers({ authorization: `Bearer ${token}` }));

const problemOf = (token: string) =>
  caller(token).then(
    () => 'accepted',
    (error: unknown) => (error as ProblemError).problem,
  );

test('a token of a user names the person, with the highest role', async () => {
  const claims = { ...issuer.claimsFor(PEOPLE.kim), roles: ['Reader', 'Operator', 'Unknown'] };
  expect(await caller(issuer.sign(claims))).toEqual({
    id: PEOPLE.kim.id,
    tenant: PEOPLE.kim.tenant,
    name: 'kim',
    type: 'User',
    role: 'Operator',
    channel: 'api',
  });
});

test('a token of an application names a service principal', async () => {
  const { scp: _, name: _name, preferred_username: _user, ...claims } = issuer.claimsFor(PEOPLE.ada);
  const expected = { id: PEOPLE.ada.id, type: 'ServicePrincipal', name: `application ${claims.azp}` };
  for (const more of [{ sub: claims.oid }, { idtyp: 'app' }])
    expect(await caller(issuer.sign({ ...claims, ...more }))).toMatchObject(expected);
  expect(await problemOf(issuer.sign(claims))).toMatchObject({ code: 'TOKEN_REFUSED' });
});

test('a name has no control characters', async () => {
  const token = issuer.sign({ ...issuer.claimsFor(PEOPLE.ada), name: 'a\u001b[31md\u202ea' });
  expect((await caller(token)).name).toBe('a[31mda');
});

test('a minute between the clocks is tolerated, and no more', async () => {
  const token = issuer.tokenFor(PEOPLE.ada);
  later(3600 + 59);
  expect(await caller(token)).toMatchObject({ name: 'ada' });
  later(2);
  expect(await problemOf(token)).toMatchObject({ cause: 'The token has expired.' });
  vi.setSystemTime(START - 59_000);
  expect(await caller(token)).toMatchObject({ name: 'ada' });
  later(-2);
  expect(await problemOf(token)).toMatchObject({ cause: 'The token is not valid yet.' });
});

test('keys are read once, and again for a new key', async () => {
  await caller(issuer.tokenFor(PEOPLE.ada));
  await caller(issuer.tokenFor(PEOPLE.kim));
  expect(issuer.keyRequests).toBe(1);
  const old = issuer.tokenFor(PEOPLE.ada);
  await issuer.rotateKeys();
  later(31);
  expect(await caller(issuer.tokenFor(PEOPLE.ada))).toMatchObject({ name: 'ada' });
  expect(await caller(old)).toMatchObject({ name: 'ada' });
  expect(issuer.keyRequests).toBe(2);
});

test('a withdrawn key is not accepted for longer than an hour', async () => {
  const old = issuer.sign({ ...issuer.claimsFor(PEOPLE.ada), exp: START / 1000 + 7200 });
  expect(await caller(old)).toMatchObject({ name: 'ada' });
  await issuer.rotateKeys({ withdraw: true });
  later(3601);
  expect(await problemOf(old)).toMatchObject({ cause: 'The token is signed with an unknown key.' });
});

test('unknown keys do not make it ask again and again', async () => {
  await caller(issuer.tokenFor(PEOPLE.ada));
  for (let attempt = 0; attempt < 20; attempt++)
    expect(await problemOf(issuer.sign(issuer.claimsFor(PEOPLE.ada), { kid: `k${attempt}` }))).toMatchObject({
      code: 'TOKEN_REFUSED',
    });
  expect(issuer.keyRequests).toBe(1);
});

test('keys that cannot be read say nothing about the token', async () => {
  issuer.keysFail = true;
  const token = issuer.tokenFor(PEOPLE.ada);
  expect(await problemOf(token)).toMatchObject({ code: 'SIGN_IN_UNAVAILABLE' });
  issuer.keysFail = false;
  expect(await caller(token)).toMatchObject({ name: 'ada' });
});
