import type { Directory } from '../../lib/settings.ts';
import { ERRORS } from './errors.ts';

/** A parameter that a request must have. */
export function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name) ?? '';
  if (value === '') throw ERRORS.missing(name);
  return value;
}

export function checkClient(parameters: URLSearchParams, { signInClientId }: Directory): void {
  if (required(parameters, 'client_id').toLowerCase() !== signInClientId) throw ERRORS.unknownClient();
  if (parameters.has('client_secret') || parameters.has('client_assertion')) throw ERRORS.publicClient();
}

/**
 * The registered redirect URI is `http://localhost`, for which Entra allows any port.
 * https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
 */
export function redirectUriIn(parameters: URLSearchParams): string {
  const uri = required(parameters, 'redirect_uri');
  if (!/^http:\/\/localhost(:\d{1,5})?\/?$/.test(uri)) throw ERRORS.wrongRedirect();
  return uri;
}

const OPENID = ['openid', 'profile', 'email', 'offline_access'];

/** The scopes of a request, of which each must be known. `.default` stands for all of the API. */
export function scopesIn(
  parameters: URLSearchParams,
  { apiClientId }: Directory,
  permission: string,
): string[] {
  const scopes = required(parameters, 'scope').split(' ').filter(Boolean);
  const ofApi = [`api://${apiClientId}/${permission}`, `api://${apiClientId}/.default`];
  if (!scopes.every((scope) => OPENID.includes(scope) || ofApi.includes(scope))) throw ERRORS.unknownScope();
  return scopes;
}
