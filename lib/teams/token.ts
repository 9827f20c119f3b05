import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { ProblemError } from '../domain/problem.ts';
import { manual } from '../domain/remedies.ts';

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
const endorsedKey = z.object({ endorsements: z.array(z.string()).catch([]) });

/**
 * Verifies the token of the Bot Connector in an Authorization header, as its protocol requires (Microsoft Learn,
 * "Authentication with the Bot Connector API"). Throws BAD_SIGNATURE for every other token, such as one of Entra: whoever
 * gets a token for the bot's audience there could otherwise speak for any user of Teams. Throws CHAT_UNAVAILABLE while
 * the keys cannot be read.
 */
export function createTokenVerifier({ botAppId, fetch, now }: TokenOptions) {
  const keys = createRemoteJWKSet(new URL(KEYS), { [customFetch]: fetch });
  const keyOf: JWTVerifyGetKey = (header, token) =>
    keys(header, token).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey) throw error;
      throw new ProblemError('CHAT_UNAVAILABLE', 'The keys of the Bot Connector cannot be read.');
    });
  return async (authorization: string | null): Promise<ConnectorToken> => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refused('no bearer token');
    const verified = await jwtVerify(token, keyOf, {
      issuer: ISSUER,
      audience: botAppId,
      algorithms: ['RS256'],
      clockTolerance: SKEW,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'serviceurl'],
    }).catch((error: unknown) => {
      // The messages of the library quote nothing of the token.
      throw error instanceof errors.JOSEError
        ? refused(`a token that is not valid: ${error.message}`)
        : error;
    });
    const { kid } = verified.protectedHeader;
    const key = keys.jwks()?.keys.find((one) => kid !== undefined && one.kid === kid);
    return {
      serviceUrl: z.string().catch('').parse(verified.payload['serviceurl']),
      endorsements: endorsedKey.parse(key ?? {}).endorsements,
    };
  };
}

const refused = (cause: string) =>
  new ProblemError('BAD_SIGNATURE', 'This request is not from Microsoft Teams.', {
    cause,
    remedies: [manual('Check that the app id of the bot in the settings is that of the bot in Azure.')],
  });
