import { signInFailed } from './failed.ts';

/**
 * All permissions of an API in Entra: `api://<id>/.default` for `api://<id>/access_as_user openid`. The server names the
 * API, and gets the token: only ids of this form are accepted, because Microsoft's own APIs have other ones, and a token
 * for Azure must not get to a server. Throws a CliError.
 */
export function apiScope(scopes: string): string {
  const apis = scopes.split(' ').filter((scope) => !OF_OPENID.has(scope));
  const [, api] = /^(api:\/\/[^ ]+)\/[^/]+$/.exec(apis.join(' ')) ?? [];
  if (api !== undefined) return `${api}/.default`;
  throw signInFailed(
    'The server asks for a token that it must not get.',
    `The scope is ${scopes}, which is not one API of its own.`,
    [],
  );
}

const OF_OPENID = new Set(['openid', 'profile', 'email', 'offline_access']);
