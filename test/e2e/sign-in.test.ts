import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PEOPLE, type LocalPerson } from '../../local/people.ts';
import type { Issuer } from '../../local/issuer/index.ts';
import { BASE_PATH, operationIds, routes, type Route } from '../../lib/api/routes.ts';
import type { Problem } from '../../lib/domain/problem.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { hostileText, STACK_TRACE } from '../helpers/hostile.ts';
import { sendRaw } from '../helpers/raw-request.ts';

let plane: TestPlane;
let issuer: Issuer;

beforeAll(async () => {
  plane = await startPlane({ signIn: true });
  issuer = plane.issuer as Issuer;
});
afterAll(() => plane.close());

const as = (person: LocalPerson) => ({ authorization: `Bearer ${issuer.tokenFor(person)}` });

test('anybody may ask where to sign in', async () => {
  const { directory } = issuer;
  expect(await plane.api('GET', '/sign-in')).toMatchObject({
    status: 200,
    body: {
      kind: 'oidc',
      issuer: `${directory.authority}/v2.0`,
      tenantId: directory.tenantId,
      clientId: directory.signInClientId,
      scope: `api://${directory.apiClientId}/access_as_user openid profile offline_access`,
    },
  });
});

test('a person is told who they are', async () => {
  const { id, tenant } = PEOPLE.kim;
  expect(await plane.api('GET', '/me', undefined, as(PEOPLE.kim))).toMatchObject({
    status: 200,
    body: { id, tenant, name: 'kim', type: 'User', role: 'Reader' },
  });
});

test('without a token, the answer says how to sign in', async () => {
  const { status, headers, body } = await plane.api('GET', '/stacks');
  expect({ status, body }).toMatchObject({ status: 401, body: { code: 'NOT_SIGNED_IN' } });
  expect(headers.get('www-authenticate')).toBe('Bearer');
});

test('a person without a role may do nothing', async () => {
  const answer = await plane.api('GET', '/me', undefined, as(PEOPLE.max));
  expect(answer).toMatchObject({
    status: 403,
    body: { code: 'NOT_ALLOWED', title: 'max has no role in Matcha.' },
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
    { seed: 20_261_122, numRuns: 150 },
  );
});
