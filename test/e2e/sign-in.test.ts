import { afterAll, beforeAll, expect, test } from 'vitest';
import { PEOPLE, type LocalPerson } from '../../local/people.ts';
import type { Issuer } from '../../local/issuer/index.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

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
