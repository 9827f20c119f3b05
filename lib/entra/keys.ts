import { JWKSInvalid, JWKSNoMatchingKey } from 'jose/errors';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import type { JWTVerifyGetKey } from 'jose';
import { ProblemError } from '../domain/problem.ts';
import { refused } from './refused.ts';

/**
 * How long keys are used without asking again, and how soon an unknown key is asked for again, in milliseconds. Keys
 * change rarely, and at any time: https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */
const KEPT_MS = 3_600_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;

/**
 * The signing keys of an authority, by the `kid` of a token. Throws a retryable SIGN_IN_UNAVAILABLE while they cannot
 * be read: that says nothing about the token.
 */
export function signingKeys(authority: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(`${authority}/discovery/v2.0/keys`), {
    cacheMaxAge: KEPT_MS,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: TIMEOUT_MS,
  });
  return async (header, token) => {
    if (typeof header.kid !== 'string') throw refused('The token does not say which key signed it.');
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof JWKSNoMatchingKey) throw refused('The token is signed with an unknown key.');
      const cause = error instanceof JWKSInvalid ? 'The answer has no keys.' : 'The request for them failed.';
      throw new ProblemError('SIGN_IN_UNAVAILABLE', 'The keys that verify tokens cannot be read.', { cause });
    }
  };
}
