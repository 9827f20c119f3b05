import { SCOPE } from '../../lib/domain/sign-in.ts';
import type { Issuer } from './issuer.ts';
import { PEOPLE, type LocalPerson } from '../people.ts';
import { idClaims, LIFETIME } from './claims.ts';
import { ERRORS, IssuerError } from './errors.ts';
import { DEVICE_LASTS, type Grant, type Grants } from './grants.ts';
import { peoplePage, textPage } from './page.ts';
import { checkClient, redirectUriIn, required, scopesIn } from './requests.ts';

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

type Endpoint = (parameters: URLSearchParams) => Reply | Promise<Reply>;

const json = (value: object, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const html = (body: string, status = 200): Reply => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  },
  body,
});

const personIn = (parameters: URLSearchParams): LocalPerson | undefined =>
  Object.entries<LocalPerson>(PEOPLE).find(([key]) => key === parameters.get('person'))?.[1];

/** The endpoints of a tenant, with the paths of Entra (v2.0). */
export function createEndpoints(
  issuer: Issuer,
  grants: Grants,
  { now, interval }: { now: () => number; interval: number },
) {
  const { directory } = issuer;
  const { authority } = directory;

  const tokens = ({ person, scopes, nonce }: Grant): Reply => {
    const permission = `api://${directory.apiClientId}/${SCOPE}`;
    return json({
      token_type: 'Bearer',
      scope: permission,
      expires_in: LIFETIME,
      access_token: issuer.tokenFor(person),
      ...(scopes.includes('openid') && {
        id_token: issuer.sign(idClaims(directory, person, nonce, now())),
      }),
      ...(scopes.includes('offline_access') && { refresh_token: grants.addRefreshToken({ person, scopes }) }),
    });
  };

  /** The answer to the browser, at the address of the client. */
  const redirect = (parameters: URLSearchParams, answer: Record<string, string>): Reply => {
    const location = new URL(redirectUriIn(parameters));
    const state = parameters.get('state');
    for (const [name, value] of Object.entries({ ...answer, ...(state !== null && { state }) }))
      location.searchParams.set(name, value);
    return { status: 302, headers: { location: location.href } };
  };

  const checkAuthorization = (parameters: URLSearchParams) => {
    if (required(parameters, 'response_type') !== 'code') throw ERRORS.responseType();
    const challenge = required(parameters, 'code_challenge');
    if (parameters.get('code_challenge_method') !== 'S256') throw ERRORS.challengeMethod();
    return { challenge, scopes: scopesIn(parameters, directory, SCOPE) };
  };

  /** An unknown client or address gets no redirect, because the address may belong to somebody else. */
  const authorization =
    (
      answer: (parameters: URLSearchParams, checked: ReturnType<typeof checkAuthorization>) => Reply,
    ): Endpoint =>
    (parameters) => {
      try {
        checkClient(parameters, directory);
        redirectUriIn(parameters);
      } catch (error) {
        if (error instanceof IssuerError)
          return html(textPage('Sorry, this does not work', error.message), 400);
        throw error;
      }
      try {
        return answer(parameters, checkAuthorization(parameters));
      } catch (error) {
        if (!(error instanceof IssuerError)) throw error;
        return redirect(parameters, { error: error.error, error_description: error.message });
      }
    };

  const authorize = authorization((parameters, { challenge, scopes }) => {
    const person = personIn(parameters);
    if (person === undefined)
      return redirect(parameters, { error: 'access_denied', error_description: 'AADSTS65004: Declined.' });
    const nonce = parameters.get('nonce') ?? undefined;
    const redirectUri = redirectUriIn(parameters);
    return redirect(parameters, {
      code: grants.addCode({ person, scopes, nonce, redirectUri, challenge }),
    });
  });

  const grantOf: Record<string, (parameters: URLSearchParams) => Grant> = {
    authorization_code: (parameters) =>
      grants.redeemCode(
        required(parameters, 'code'),
        redirectUriIn(parameters),
        required(parameters, 'code_verifier'),
      ),
    'urn:ietf:params:oauth:grant-type:device_code': (parameters) =>
      grants.redeemDevice(required(parameters, 'device_code')),
    refresh_token: (parameters) => grants.redeemRefreshToken(required(parameters, 'refresh_token')),
  };

  const orError =
    (endpoint: Endpoint): Endpoint =>
    async (parameters) => {
      try {
        checkClient(parameters, directory);
        return await endpoint(parameters);
      } catch (error) {
        if (!(error instanceof IssuerError)) throw error;
        return json({ error: error.error, error_description: error.message }, 400);
      }
    };

  const base = new URL(authority).pathname;
  const endpoints: Record<string, Endpoint> = {
    [`GET ${base}/v2.0/.well-known/openid-configuration`]: () =>
      json({
        issuer: `${authority}/v2.0`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
        response_types_supported: ['code'],
        response_modes_supported: ['query'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
        // Entra leaves out code_challenge_methods_supported and supports S256.
        token_endpoint_auth_methods_supported: [
          'client_secret_post',
          'private_key_jwt',
          'client_secret_basic',
        ],
      }),
    [`GET ${base}/discovery/v2.0/keys`]: () => {
      issuer.keyRequests += 1;
      return issuer.keysFail ? { status: 503 } : json({ keys: issuer.publishedKeys() });
    },
    [`GET ${base}/oauth2/v2.0/authorize`]: authorization((parameters) => html(peoplePage(parameters))),
    [`POST ${base}/oauth2/v2.0/authorize`]: authorize,
    [`POST ${base}/oauth2/v2.0/token`]: orError((parameters) => {
      const grant = grantOf[required(parameters, 'grant_type')];
      if (grant === undefined) throw ERRORS.grantType();
      return tokens(grant(parameters));
    }),
    [`POST ${base}/oauth2/v2.0/devicecode`]: orError((parameters) => {
      const { deviceCode, userCode } = grants.addDevice(scopesIn(parameters, directory, SCOPE));
      const page = new URL('/device', authority).href;
      return json({
        user_code: userCode,
        device_code: deviceCode,
        verification_uri: page,
        expires_in: DEVICE_LASTS / 1000,
        interval,
        message: `To sign in, open the page ${page} and enter the code ${userCode}.`,
      });
    }),
    'GET /device': () => html(peoplePage([], { asksForCode: true })),
    'POST /device': (parameters) => {
      const isKnown = grants.answerDevice(
        parameters.get('user_code') ?? '',
        personIn(parameters) ?? 'declined',
      );
      return isKnown
        ? html(textPage('Done', 'You can close this page.'))
        : html(
            textPage('Sorry, this does not work', 'The code is not known, was used, or has expired.'),
            400,
          );
    },
  };

  return async (method: string, path: string, parameters: URLSearchParams): Promise<Reply> =>
    (await endpoints[`${method} ${path}`]?.(parameters)) ?? { status: 404, body: 'There is nothing here.' };
}
