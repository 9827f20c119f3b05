import { at, expectOk, listAt, textAt } from '../canary.ts';
import type { CanaryCluster, CanaryRequest } from '../component.ts';
import type { Endpoint } from '../component.ts';

export const ENDPOINT = {
  local: 8237,
  namespace: 'zenml',
  service: 'zenml',
  port: 80,
  public: 443,
} as const satisfies Endpoint;

/** The Secret with the administrator's `username` and `password`. */
export const ADMIN = 'zenml-admin';

/** The name of the session cookie. The default name contains an id of the server. */
export const COOKIE = 'zenml-session';

const { service: name, port } = ENDPOINT;

/** Calls ZenML's API; `path` is relative to `/api/v1/`, and `what` names the request in a CanaryError. */
export type ZenmlCall = (
  what: string,
  method: CanaryRequest['method'],
  path: string,
  body?: unknown,
) => Promise<unknown>;

/** Calls the API without a user. */
export const anonymous = (cluster: CanaryCluster): ZenmlCall => as(cluster, {});

/** Calls the API as the generated administrator. */
export async function logIn(cluster: CanaryCluster): Promise<ZenmlCall> {
  const username = await cluster.secret(ADMIN, 'username');
  const password = await cluster.secret(ADMIN, 'password');
  const login = await expectOk(
    'Logging in',
    cluster.call(
      { name, port },
      {
        method: 'POST',
        path: '/api/v1/login',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=password&username=${encodeURIComponent(username)}&password=${encodeURIComponent(password)}`,
      },
    ),
  );
  const token = textAt('Logging in', login, 'access_token');
  const csrf = at(login, 'csrf_token');
  // The token is sent as a cookie: the API server, which forwards the call, drops `Authorization`.
  return as(cluster, {
    cookie: `${COOKIE}=${token}`,
    ...(typeof csrf === 'string' && { 'x-csrf-token': csrf }),
  });
}

const as =
  (cluster: CanaryCluster, headers: Record<string, string>): ZenmlCall =>
  (what, method, path, body) =>
    expectOk(
      what,
      cluster.call(
        { name, port },
        { method, path: `/api/v1/${path}`, headers, ...(body !== undefined && { body }) },
      ),
    );

/** The members of a collection whose name matches a filter, such as `matcha-demo` or `startswith:matcha-`. */
export async function listNamed(call: ZenmlCall, collection: string, filter: string): Promise<unknown[]> {
  const query = `name=${encodeURIComponent(filter)}&hydrate=true&size=100`;
  return listAt(await call(`Listing the ${collection}`, 'GET', `${collection}?${query}`), 'items');
}
