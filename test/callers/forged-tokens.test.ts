import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, sign as signBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idClaims } from '../../local/issuer/claims.ts';
import { startIssuer, type Issuer } from '../../local/issuer/index.ts';
import { PEOPLE } from '../../local/people.ts';
import { startSignedIn, type SignedInPlane } from '../helpers/sign-in.ts';

let plane: SignedInPlane;
let issuer: Issuer;
/** Of another tenant, with keys of its own. */
let other: Issuer;

beforeAll(async () => {
  other = await startIssuer();
  plane = await startSignedIn();
  ({ issuer } = plane);
});
afterAll(async () => {
  await plane.close();
  await other.close();
});

type Headers = Record<string, string>;
type Claims = Record<string, unknown>;

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims of an administrator's token, with some of them changed, or left out when undefined. */
const claims = (changes: Claims = {}): Claims => ({ ...issuer.claimsFor(PEOPLE.developer), ...changes });
const signed = (changes: Claims, header?: object) => bearer(issuer.sign(claims(changes), header));

/** A token with any header and any signature over it. */
function made(header: object, signature: (text: string) => string | Buffer, changes: Claims = {}): Headers {
  const text = `${encode({ typ: 'JWT', kid: keyId(), ...header })}.${encode(claims(changes))}`;
  return bearer(`${text}.${Buffer.from(signature(text)).toString('base64url')}`);
}

const published = () => issuer.publishedKeys()[0] as { kid: string; n: string };
const keyId = () => published().kid;
const publicPem = () =>
  createPublicKey({ key: { ...published() }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });

const hs256 = (key: string | Buffer) => (text: string) => createHmac('sha256', key).update(text).digest();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ownJwk = rsa.publicKey.export({ format: 'jwk' });
const own = (text: string) => signBytes('sha256', Buffer.from(text), rsa.privateKey);

const genuine = () => issuer.tokenFor(PEOPLE.developer);
/** A genuine token with one of its three parts changed. */
function tampered(part: 0 | 1 | 2, change: (text: string) => string): Headers {
  const parts = genuine().split('.');
  parts[part] = change(parts[part] ?? '');
  return bearer(parts.join('.'));
}
const payloadWith = (changes: Claims) => (text: string) =>
  encode({ ...(JSON.parse(Buffer.from(text, 'base64url').toString()) as Claims), ...changes });

const now = () => Math.floor(Date.now() / 1000);
const TENANT = '00000000-0000-4000-8000-000000000bad';
const AT = 'https://login.microsoftonline.com';

/** The requests of somebody who has no right to anything, by name. Each is made when its test runs. */
const FORGED: Record<string, () => Headers> = {
  // How it is sent.
  'no credentials': () => ({}),
  'an empty header': () => ({ authorization: '' }),
  'an empty bearer': () => ({ authorization: 'Bearer ' }),
  'the scheme Basic': () => ({ authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` }),
  'a token as the scheme': () => ({ authorization: genuine() }),
  'another scheme': () => ({ authorization: `Token ${genuine()}` }),
  'two tokens': () => ({ authorization: `Bearer ${genuine()}, Bearer ${genuine()}` }),
  'a token in another header': () => ({ 'x-authorization': `Bearer ${genuine()}` }),
  'a token in a cookie': () => ({ cookie: `token=${genuine()}` }),
  'a token that is too long': () => signed({ padding: 'x'.repeat(10_000) }),
  'text that is no token': () => bearer('admin'),
  'an encrypted token': () => bearer(`${genuine()}.x.y`),
  'the principal header of Easy Auth': () => ({
    'x-ms-client-principal': Buffer.from(
      JSON.stringify({ claims: [{ typ: 'roles', val: 'Admin' }] }),
    ).toString('base64'),
    'x-ms-client-principal-id': PEOPLE.developer.id,
    'x-ms-client-principal-name': PEOPLE.developer.name,
  }),
  'the signature of Slack': () => ({
    'x-slack-request-timestamp': String(now()),
    'x-slack-signature': `v0=${hs256('secret')(`v0:${now()}:`).toString('hex')}`,
  }),
  'a function key': () => ({ 'x-functions-key': 'master' }),
  // How it is signed.
  'alg none': () => made({ alg: 'none' }, () => ''),
  'alg None, with a signature': () => made({ alg: 'None' }, () => 'x'),
  'HS256 with the public key': () => made({ alg: 'HS256' }, hs256(publicPem())),
  'HS256 with the modulus': () => made({ alg: 'HS256' }, hs256(Buffer.from(published().n, 'base64url'))),
  'HS256 with an empty key': () => made({ alg: 'HS256' }, hs256('')),
  'RS512 with an own key': () =>
    made({ alg: 'RS512' }, (text) => signBytes('sha512', Buffer.from(text), rsa.privateKey)),
  'ES256 with an own key': () =>
    made({ alg: 'ES256' }, (text) =>
      signBytes('sha256', Buffer.from(text), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
    ),
  'an own key under the known id': () => made({ alg: 'RS256' }, own),
  'an own key under its own id': () => made({ alg: 'RS256', kid: 'own' }, own),
  'an own key in the header': () => made({ alg: 'RS256', jwk: ownJwk }, own),
  'an own key at an address': () =>
    made({ alg: 'RS256', jku: `${other.directory.authority}/discovery/v2.0/keys` }, own),
  'the id of a file as that of the key': () => made({ alg: 'RS256', kid: '../../dev/null' }, own),
  'no id of a key': () => signed({}, { kid: undefined }),
  'an extension that must be understood': () => signed({}, { crit: ['exp'] }),
  'a key of another issuer': () => bearer(other.sign(claims())),
  'no signature': () => tampered(2, () => ''),
  'another signature': () => tampered(2, (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)),
  'another payload': () => tampered(1, payloadWith({ name: 'somebody else' })),
  'a longer life': () => tampered(1, payloadWith({ exp: now() + 999_999 })),
  'another header': () => tampered(0, () => encode({ alg: 'RS256', typ: 'at+jwt', kid: keyId() })),
  // When it is valid.
  'an expired token': () => signed({ iat: now() - 7200, nbf: now() - 7200, exp: now() - 3600 }),
  'a token that is not valid yet': () => signed({ nbf: now() + 3600, exp: now() + 7200 }),
  'no end': () => signed({ exp: undefined }),
  'no beginning': () => signed({ nbf: undefined }),
  'an end that is text': () => signed({ exp: '9999999999' }),
  // For whom it is.
  'another tenant': () => signed({ tid: TENANT }),
  'another tenant and its issuer': () => signed({ tid: TENANT, iss: `${AT}/${TENANT}/v2.0` }),
  'the issuer of all tenants': () => signed({ iss: `${AT}/common/v2.0` }),
  'the issuer of v1': () =>
    signed({ iss: `https://sts.windows.net/${PEOPLE.developer.tenant}/`, ver: '1.0' }),
  'an issuer with a slash more': () => signed({ iss: `${issuer.directory.authority}/v2.0/` }),
  'version 1': () => signed({ ver: '1.0' }),
  'another audience': () => signed({ aud: randomUUID() }),
  'the audience of v1': () => signed({ aud: `api://${issuer.directory.apiClientId}` }),
  'the audience of Azure': () => signed({ aud: 'https://management.azure.com' }),
  'several audiences': () => signed({ aud: [issuer.directory.apiClientId, randomUUID()] }),
  'no audience': () => signed({ aud: undefined }),
  'no tenant': () => signed({ tid: undefined }),
  'an ID token': () => bearer(issuer.sign(idClaims(issuer.directory, PEOPLE.developer, 'once', Date.now()))),
  'an ID token for the API': () => signed({ scp: undefined, azp: undefined, nonce: 'once' }),
  'a token of the bot connector': () =>
    signed({ iss: 'https://api.botframework.com', serviceurl: 'https://smba.trafficmanager.net/teams/' }),
  // Who it is.
  'no object id': () => signed({ oid: undefined }),
  'an object id that is no GUID': () => signed({ oid: '~people' }),
  'no permission, and not an application': () => signed({ scp: undefined }),
  'another permission': () => signed({ scp: 'User.Read' }),
  'a permission that begins like the right one': () => signed({ scp: 'access_as_user_too' }),
  'an application that claims a permission': () => signed({ idtyp: 'app' }),
  'no roles': () => signed({ roles: undefined }),
  'an empty list of roles': () => signed({ roles: [] }),
  'unknown roles only': () => signed({ roles: ['Owner', 'admin', 'Stack.Admin', '*'] }),
  'roles that are text': () => signed({ roles: 'Admin' }),
};

/** Tokens that are genuine, of somebody who may do nothing. */
const WITHOUT_ROLE = ['no roles', 'an empty list of roles', 'unknown roles only'];

test('a genuine token is accepted', async () => {
  expect((await plane.api('GET', '/me', undefined, bearer(genuine()))).status).toBe(200);
});

test.each(Object.entries(FORGED))(
  '%s: nothing is started, and the refusal is recorded',
  async (name, make) => {
    const headers = make();
    const hasRefusedToken = !WITHOUT_ROLE.includes(name);
    const code = headers['authorization'] === undefined ? 'NOT_SIGNED_IN' : 'TOKEN_REFUSED';
    const expected = hasRefusedToken ? { status: 401, code } : { status: 403, code: 'NOT_ALLOWED' };
    const request = { location: 'uksouth', components: ['mlflow'] };

    const answer = await plane.api('PUT', '/stacks/forged', request, headers);

    expect(answer).toMatchObject({ status: expected.status, body: expected });
    expect(answer.headers.get('www-authenticate')).toBe(
      { NOT_SIGNED_IN: 'Bearer', TOKEN_REFUSED: 'Bearer error="invalid_token"', NOT_ALLOWED: null }[
        expected.code
      ],
    );
    const [refusal] = await plane.refusals();
    expect(refusal).toMatchObject({ route: 'provisionStack', stack: 'forged', code: expected.code });
    expect(refusal?.actor).toBe(hasRefusedToken ? 'nobody' : PEOPLE.developer.name);
    // Neither the answer nor the record repeats what was sent.
    const sent = headers['authorization']?.split(' ').at(-1) ?? '';
    if (sent.length > 20) expect(JSON.stringify([answer.body, refusal])).not.toContain(sent.slice(-20));

    expect(await plane.store.listStackNames()).toEqual([]);
    expect(await plane.store.listOperations('forged')).toEqual([]);
    expect(plane.azure.inventory()).toEqual([]);
  },
);

test('the refusals are those of all these requests', async () => {
  const refusals = await plane.refusals();
  expect(Object.keys(FORGED).length).toBeGreaterThanOrEqual(60);
  expect(new Set(refusals.map(({ correlationId }) => correlationId)).size).toBeGreaterThanOrEqual(60);
});
