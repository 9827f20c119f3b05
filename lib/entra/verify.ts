import {
  JOSEAlgNotAllowed,
  JOSEError,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
} from 'jose/errors';
import { jwtVerify } from 'jose/jwt/verify';
import { z } from 'zod';
import { NoRoleError } from '../domain/policy.ts';
import { ROLES, type Principal, type Role } from '../domain/principal.ts';
import { shorten } from '../domain/quote.ts';
import { bearerToken, type Headers } from './bearer.ts';
import { signingKeys } from './keys.ts';
import { refused } from './refused.ts';

/** What a token must be for. */
export interface TokenRules {
  tenantId: string;
  /** Without the version: `https://login.microsoftonline.com/{tenant}`. */
  authority: string;
  /** The audience. */
  apiClientId: string;
  /** The permission that somebody gave the client that asks for them. */
  scope: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How far the clocks of Entra and of this machine may be apart, in seconds. */
const CLOCK_TOLERANCE = 60;

const guid = z.guid().toLowerCase();

/** https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
const claims = z.object({
  aud: z.string(),
  oid: guid,
  sub: z.string(),
  tid: guid,
  ver: z.literal('2.0'),
  /** The client that asked. ID tokens have none. */
  azp: guid,
  name: z.string().optional(),
  roles: z.array(z.string()).optional(),
  scp: z.string().optional(),
  /** Optional: `app` without a user. */
  idtyp: z.string().optional(),
});
type Claims = z.infer<typeof claims>;

/**
 * Returns a function that identifies the caller of a request by an access token of Entra (v2.0). It throws
 * NOT_SIGNED_IN, TOKEN_REFUSED, SIGN_IN_UNAVAILABLE, and a NoRoleError for a good token without a role.
 */
export function createVerifier(rules: TokenRules): (headers: Headers) => Promise<Principal> {
  const { tenantId, authority, apiClientId, scope, now } = rules;
  const keys = signingKeys(authority);
  const verified = async (token: string): Promise<unknown> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer: `${authority}/v2.0`,
      audience: apiClientId,
      algorithms: ['RS256'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'nbf'],
    });
    return payload;
  };
  return async (headers) => {
    const token = bearerToken(headers);
    const payload = await verified(token).catch((error: unknown) => {
      throw error instanceof JOSEError ? refused(reasonOf(error)) : error;
    });
    const found = claimsIn(payload);
    if (found.tid !== tenantId) throw refused('The token is from another tenant.');
    return principalOf(found, typeOf(found, scope));
  };
}

function claimsIn(payload: unknown): Claims {
  const { data, error } = claims.safeParse(payload);
  if (data !== undefined) return data;
  const names = [...new Set(error.issues.map(({ path }) => String(path[0])))].sort();
  throw refused(`Not as in an access token (v2.0) of this API: ${names.join(', ')}.`);
}

/**
 * A token with `scp` acts for a user. One without is of an application, whose subject is its object id: so it is not
 * an ID token. https://learn.microsoft.com/entra/identity-platform/access-tokens#user-and-application-tokens
 */
function typeOf({ scp, idtyp, oid, sub }: Claims, scope: string): Principal['type'] {
  if (scp !== undefined) {
    if (idtyp === 'app' || !scp.split(' ').includes(scope))
      throw refused(`The token does not have the permission ${scope}.`);
    return 'User';
  }
  if (idtyp === 'app' || (idtyp === undefined && sub.toLowerCase() === oid)) return 'ServicePrincipal';
  throw refused(`The token has neither the permission ${scope}, nor is it of an application.`);
}

function principalOf({ oid, tid, azp, name, roles = [] }: Claims, type: Principal['type']): Principal {
  const shown = shorten(name?.replaceAll(/\p{C}/gu, '').trim() ?? '', 100);
  // Tokens of applications have no name.
  const otherwise = type === 'User' ? `user ${oid}` : `application ${azp}`;
  const person = { id: oid, tenant: tid, name: shown === '' ? otherwise : shown, type };
  const role = highest(roles);
  if (role === undefined) throw new NoRoleError(person);
  return { ...person, role, channel: 'api' };
}

const highest = (roles: readonly string[]): Role | undefined =>
  ROLES.findLast((role) => roles.includes(role));

/** Why a token is refused, without a value of it. */
function reasonOf(error: JOSEError): string {
  if (error instanceof JWTExpired) return 'The token has expired.';
  if (error instanceof JWSSignatureVerificationFailed) return 'The signature of the token is wrong.';
  if (error instanceof JOSEAlgNotAllowed) return 'The token is not signed with RS256.';
  if (!(error instanceof JWTClaimValidationFailed)) return 'The token is not a signed JSON web token.';
  const { claim, reason } = error;
  if (reason === 'missing') return `The token has no ${claim}.`;
  return CLAIM_REASONS[claim] ?? `The ${claim} of the token is wrong.`;
}

const CLAIM_REASONS: Record<string, string> = {
  aud: 'The token is for another API.',
  iss: 'The token is from another issuer.',
  nbf: 'The token is not valid yet.',
};
