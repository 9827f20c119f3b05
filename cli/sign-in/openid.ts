import * as oidc from 'openid-client';
import { isLoopback } from '../../lib/domain/loopback.ts';
import { signInFailed } from './failed.ts';
import type { Issuer, Method } from './methods.ts';
import type { Session } from './store.ts';

/** Seconds for each request to an issuer. */
const TIMEOUT = 20;

/** An access token without an expiry is renewed soon. */
const UNKNOWN_LIFE = 300;

/** Reads the configuration of an issuer. The command is a public client: it has no secret. */
export async function openIssuer({ issuer, clientId }: Pick<Issuer, 'issuer' | 'clientId'>) {
  const url = new URL(issuer);
  // The issuer of a local control plane has no certificate. The package deprecates this only to warn.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const execute = isLoopback(url.hostname) ? [oidc.allowInsecureRequests] : [];
  try {
    return await oidc.discovery(url, clientId, undefined, oidc.None(), { execute, timeout: TIMEOUT });
  } catch (error) {
    throw signInFailed(`${issuer} does not answer as an OpenID Connect issuer.`, error);
  }
}

/** What an issuer answered, as a session. */
export function sessionOf(
  { issuer, tenantId, clientId, scope }: Omit<Issuer, 'kind'>,
  method: Method,
  tokens: oidc.TokenEndpointResponse,
): Session {
  const {
    access_token: accessToken,
    expires_in: seconds = UNKNOWN_LIFE,
    refresh_token: refreshToken,
  } = tokens;
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
  const session = { method, issuer, tenantId, clientId, scope, accessToken, expiresAt };
  return { ...session, ...(refreshToken !== undefined && { refreshToken }) };
}

/** A new access token from the refresh token. An issuer may replace the refresh token too. */
export async function refreshSession(session: Session): Promise<Session> {
  const { method, refreshToken, scope } = session;
  if (refreshToken === undefined) throw new Error('The issuer gave no refresh token.');
  const tokens = await oidc.refreshTokenGrant(await openIssuer(session), refreshToken, { scope });
  return { ...sessionOf(session, method, tokens), refreshToken: tokens.refresh_token ?? refreshToken };
}
