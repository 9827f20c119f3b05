import { at, callerOf, expectOk, listAt, textAt, type ToolCall } from '../canary.ts';
import type { CanaryCluster, Endpoint } from '../component.ts';

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

/** Calls the API without a user. */
export const anonymous = (cluster: CanaryCluster): ToolCall => as(cluster, {});

/** Calls the API as the generated administrator. */
export async function logIn(cluster: CanaryCluster): Promise<ToolCall> {
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

const as = (cluster: CanaryCluster, headers: Record<string, string>): ToolCall =>
  callerOf(cluster, { name, port }, '/api/v1/', headers);

/** The members of a collection whose name matches a filter, such as `matcha-demo` or `startswith:matcha-`. */
export async function listNamed(call: ToolCall, collection: string, filter: string): Promise<unknown[]> {
  const query = `name=${encodeURIComponent(filter)}&hydrate=true&size=100`;
  return listAt(await call(`Listing the ${collection}`, 'GET', `${collection}?${query}`), 'items');
}
