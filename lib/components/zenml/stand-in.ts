import { HOUR } from '../../domain/duration.ts';
import { ok, route } from '../stand-in.ts';
import type {
  RoutedRequest,
  Route,
  StandInApp,
  StandInRequest,
  StandInResponse,
  StandInServer,
} from '../stand-in.ts';
import { failure } from './stand-in-flavors.ts';
import { verification } from './stand-in-program.ts';
import { REGISTRY_ROUTES } from './stand-in-registry.ts';

interface User {
  id: string;
  name: string;
  password: string;
}

/** In seconds. */
const TOKEN_LIFETIME = HOUR;
const MAX_LIFETIME = 7 * 24 * HOUR;

const unauthorized = () => failure(401, 'CredentialsNotValid', 'Authentication error');

const versionOf = ({ container }: StandInApp) => container.image?.split(':').at(-1) ?? 'latest';

/** The id of the server, which is in the name of its cookie unless a setting overrides it. */
function serverId({ data }: StandInApp): string {
  const known = data.get('server-id');
  if (typeof known === 'string') return known;
  const id = crypto.randomUUID();
  data.set('server-id', id);
  return id;
}

const cookieName = (app: StandInApp) =>
  app.environment['ZENML_SERVER_AUTH_COOKIE_NAME'] ?? `zenml-server-${serverId(app)}`;

function adminOf({ data, environment }: StandInApp): User | undefined {
  const stored = data.get('user');
  if (stored) return stored as User;
  if (!['1', 'true', 'True'].includes(environment['ZENML_SERVER_AUTO_ACTIVATE'] ?? '')) return undefined;
  const { ZENML_DEFAULT_USER_NAME: name = 'default', ZENML_DEFAULT_USER_PASSWORD: password = '' } =
    environment;
  const user = { id: crypto.randomUUID(), name, password };
  data.set('user', user);
  return user;
}

function activate({ app, body }: RoutedRequest): StandInResponse {
  if (adminOf(app)) return failure(403, 'IllegalOperationError', 'The server is already activated.');
  const { admin_username: name, admin_password: password } = body;
  if (typeof name !== 'string' || typeof password !== 'string') {
    return failure(
      422,
      'ValueError',
      'admin_username and admin_password are required to activate the server.',
    );
  }
  const user = { id: crypto.randomUUID(), name, password };
  app.data.set('user', user);
  return ok(userBody(user));
}

const userBody = ({ id, name }: User) => ({
  id,
  name,
  body: { active: true, is_admin: true, full_name: '' },
});

/** Makes a token that is valid for some seconds. */
function newToken({ data, now }: StandInApp, user: User, seconds: number): string {
  const token = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: user.id, jti: crypto.randomUUID() },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(crypto.randomUUID())
    .join('.');
  data.set(`token/${token}`, now() + seconds * 1000);
  return token;
}

/** A token for automation, with a lifetime that the caller chooses. */
function apiToken({ app, request }: RoutedRequest): StandInResponse {
  const user = adminOf(app);
  if (!user) return unauthorized();
  if ((request.query.get('token_type') ?? 'generic') !== 'generic')
    return failure(
      400,
      'ValueError',
      'Workload API tokens must be scoped to a schedule, pipeline run or deployment.',
    );
  const seconds = Number(request.query.get('expires_in') ?? HOUR);
  if (seconds > MAX_LIFETIME)
    return failure(
      400,
      'ValueError',
      `The maximum expiration time for generic API tokens allowed by this server is ${MAX_LIFETIME} seconds.`,
    );
  return ok(newToken(app, user, seconds));
}

function logIn({ app, request }: RoutedRequest): StandInResponse {
  const form = new URLSearchParams(request.body.toString());
  const user = adminOf(app);
  if (!user || form.get('username') !== user.name || form.get('password') !== user.password)
    return unauthorized();
  const token = newToken(app, user, TOKEN_LIFETIME);
  return {
    status: 200,
    headers: {
      'set-cookie': `${cookieName(app)}=${token}; HttpOnly; Max-Age=${String(TOKEN_LIFETIME)}; Path=/; SameSite=lax`,
    },
    body: { access_token: token, token_type: 'bearer', expires_in: TOKEN_LIFETIME, csrf_token: null },
  };
}

/** Accepts a bearer token, or the cookie of a login, which works through a proxy that drops Authorization. */
function isLoggedIn({ headers }: StandInRequest, app: StandInApp): boolean {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const cookie = headers.cookie
    ?.split(/;\s*/)
    .find((pair) => pair.startsWith(`${cookieName(app)}=`))
    ?.slice(cookieName(app).length + 1);
  const expires = app.data.get(`token/${cookie ?? bearer ?? ''}`);
  return typeof expires === 'number' && expires > app.now();
}

const OPEN_ROUTES: Route[] = [
  [
    'GET',
    /^\/(?:health|ready)$/,
    () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'OK' }),
  ],
  [
    'GET',
    /^\/api\/v1\/info$/,
    ({ app }) =>
      ok({
        id: serverId(app),
        name: 'default',
        version: versionOf(app),
        active: adminOf(app) !== undefined,
        auth_scheme: 'OAUTH2_PASSWORD_BEARER',
        deployment_type: 'kubernetes',
        database_type: 'sqlite',
        server_url: app.environment['ZENML_SERVER_SERVER_URL'] ?? '',
      }),
  ],
  ['PUT', /^\/api\/v1\/activate$/, activate],
  ['POST', /^\/api\/v1\/login$/, logIn],
];

const ROUTES: Route[] = [
  [
    'GET',
    /^\/api\/v1\/current-user$/,
    ({ app }) => {
      const user = adminOf(app);
      return user ? ok(userBody(user)) : unauthorized();
    },
  ],
  ['GET', /^\/api\/v1\/api_token$/, apiToken],
  ...REGISTRY_ROUTES,
];

const NOT_FOUND = ok({ detail: 'Not Found' }, 404);

/** A ZenML server: activation, login, and the registered stacks and components. */
const server: StandInServer = {
  image: /zenml-server/,
  seconds: { pull: 38, start: 26 },
  port: () => 8080,
  // Without a type it keeps its database in its configuration folder.
  starts: ({ ZENML_STORE_TYPE: type, ZENML_STORE_URL: url }) => type !== 'sql' || url !== undefined,
  answer(request, app) {
    const answered = route(OPEN_ROUTES, request, app, NOT_FOUND);
    if (answered !== NOT_FOUND || !request.path.startsWith('/api/')) return answered;
    return isLoggedIn(request, app) ? route(ROUTES, request, app, NOT_FOUND) : unauthorized();
  },
};

export const servers = [server];
export const programs = [verification];
