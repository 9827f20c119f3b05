import { createHash, randomUUID } from 'node:crypto';
import type { Directory } from '../../lib/settings.ts';
import type { LocalPerson } from '../people.ts';

/** The lifetime of a token, in seconds. Entra varies it from 60 to 90 minutes. */
export const LIFETIME = 3600;

/**
 * The claims of a delegated access token (v2.0), with the form of
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export const accessClaims = (
  { authority, apiClientId, signInClientId, tenantId }: Directory,
  { id, name, email, role }: LocalPerson,
  scope: string,
  now: number,
) => ({
  aud: apiClientId,
  iss: `${authority}/v2.0`,
  ...times(now),
  azp: signInClientId,
  azpacr: '0',
  name,
  oid: id,
  preferred_username: email,
  ...(role && { roles: [role] }),
  scp: scope,
  sub: subjectOf(id, apiClientId),
  tid: tenantId,
  uti: randomUUID(),
  ver: '2.0',
});

/** The claims of an ID token, for the client and not for the API. */
export const idClaims = (
  { authority, signInClientId, tenantId }: Directory,
  { id, name, email }: LocalPerson,
  nonce: string | undefined,
  now: number,
) => ({
  aud: signInClientId,
  iss: `${authority}/v2.0`,
  ...times(now),
  name,
  ...(nonce !== undefined && { nonce }),
  oid: id,
  preferred_username: email,
  sub: subjectOf(id, signInClientId),
  tid: tenantId,
  ver: '2.0',
});

const times = (now: number) => {
  const seconds = Math.floor(now / 1000);
  return { iat: seconds, nbf: seconds, exp: seconds + LIFETIME };
};

/** Each client sees another subject for the same person. */
const subjectOf = (id: string, clientId: string): string =>
  createHash('sha256').update(`${id} ${clientId}`).digest('base64url');
