import type { RpcCookie } from './rpc.ts';

const SAME_SITE = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' };

/** The `Set-Cookie` header for a cookie of a function response. */
export function setCookie(cookie: RpcCookie): string {
  const { name, value, domain, path, expires, maxAge, secure, httpOnly, sameSite = 'none' } = cookie;
  const attributes: [string, string | number | undefined][] = [
    [name, encodeURIComponent(value)],
    ['Domain', domain?.value],
    ['Path', path?.value],
    ['Expires', expires && new Date(expires.value.seconds * 1000).toUTCString()],
    ['Max-Age', maxAge?.value],
    ['SameSite', SAME_SITE[sameSite]],
  ];
  const flags = [secure?.value === true && 'Secure', httpOnly?.value === true && 'HttpOnly'];
  return [
    ...attributes.filter(([, text]) => text !== undefined).map(([key, text]) => `${key}=${String(text)}`),
    ...flags.filter((flag) => flag !== false),
  ].join('; ');
}
