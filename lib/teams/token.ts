import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { ProblemError } from '../domain/problem.ts';

/** Who signs the tokens of the Bot Connector, and with which keys. Entra signs tokens too, but not these. */
const ISSUER = 'https://api.botframework.com';
const KEYS = 'https://login.botframework.com/v1/.well-known/keys';

/** How far two clocks may differ, in seconds. */
const SKEW = 5 * 60;

/** What the Bot Connector's token says. It authenticates the connector, never a person. */
export interface ConnectorToken {
  /** Where the activity comes from, and where answers go. */
  serviceUrl: string;
  /** The channels that the signing key may speak for. */
  endorsements: readonly string[];
}

export interface TokenOptions {
  /** The audience of the tokens. */
  botAppId: string;
  fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The keys carry a member that JWK does not define. */
const endorsedKey = z.object({ endorsements: z.array(z.string()).default([]) });

/**
 * Verifies the token of the Bot Connector in an Authorization header, as its protocol requires (Microsoft Learn,
 * "Authentication with the Bot Connector API"). Throws NOT_SIGNED_IN for every other token, such as one of Entra: whoever
 * gets a token for the bot's audience there could otherwise speak for any user of Teams.
 */
export function createTokenVerifier({ botAppId, fetch, now }: TokenOptions) {
  const keys = createRemoteJWKSet(new URL(KEYS), { [customFetch]: fetch });
  return async (authorization: string | null): Promise<ConnectorToken> => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refused('The request has no bearer token.');
    try {
      const { payload, protectedHeader } = await jwtVerify<{ serviceurl: unknown }>(token, keys, {
        issuer: ISSUER,
        audience: botAppId,
        algorithms: ['RS256'],
        clockTolerance: SKEW,
        currentDate: new Date(now()),
        requiredClaims: ['exp', 'serviceurl'],
      });
      const signed = keys.jwks()?.keys.find(({ kid }) => kid !== undefined && kid === protectedHeader.kid);
      return {
        serviceUrl: z.string().catch('').parse(payload.serviceurl),
        endorsements: endorsedKey.catch({ endorsements: [] }).parse(signed).endorsements,
      };
    } catch (error) {
      throw error instanceof errors.JOSEError && !isOutage(error) ? refused(error.message) : error;
    }
  };
}

/** The keys could not be read, which says nothing about the token. The connector sends the activity again. */
const isOutage = ({ code }: errors.JOSEError): boolean =>
  ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(code);

const refused = (cause: string) =>
  new ProblemError('NOT_SIGNED_IN', 'This is not a request of Microsoft Teams.', { cause });
