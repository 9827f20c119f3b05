import { randomUUID } from 'node:crypto';
import type { ApiResponse } from '../api.ts';
import { isRecord } from '../objects.ts';
import { ok, route, textOf } from './stand-in.ts';
import type { App, AppRequest, Call, Route, StandIn } from './stand-in.ts';

interface User {
  id: string;
  name: string;
  password: string;
}

interface Entity {
  id: string;
  name: string;
  created: string;
  request: Record<string, unknown>;
}

const TOKEN_LIFETIME = 60 * 60 * 1000;

const failure = (status: number, error: string, message: string) => ok({ detail: [error, message] }, status);
const unauthorized = () => failure(401, 'CredentialsNotValid', 'Authentication error');

const versionOf = ({ container }: App) => container.image?.split(':').at(-1) ?? 'latest';

/** The server's own id, which also names its cookie unless a setting does. */
function serverId({ data }: App): string {
  const known = data.get('server-id');
  if (typeof known === 'string') return known;
  const id = randomUUID();
  data.set('server-id', id);
  return id;
}

const cookieName = (app: App) =>
  app.environment['ZENML_SERVER_AUTH_COOKIE_NAME'] ?? `zenml-server-${serverId(app)}`;

function adminOf({ data, environment }: App): User | undefined {
  const stored = data.get('user');
  if (stored) return stored as User;
  if (!['1', 'true', 'True'].includes(environment['ZENML_SERVER_AUTO_ACTIVATE'] ?? '')) return undefined;
  const { ZENML_DEFAULT_USER_NAME: name = 'default', ZENML_DEFAULT_USER_PASSWORD: password = '' } =
    environment;
  const user = { id: randomUUID(), name, password };
  data.set('user', user);
  return user;
}

function activate({ app, body }: Call): ApiResponse {
  if (adminOf(app)) return failure(403, 'IllegalOperationError', 'The server is already activated.');
  const { admin_username: name, admin_password: password } = body;
  if (typeof name !== 'string' || typeof password !== 'string') {
    return failure(
      422,
      'ValueError',
      'admin_username and admin_password are required to activate the server.',
    );
  }
  const user = { id: randomUUID(), name, password };
  app.data.set('user', user);
  return ok(userBody(user));
}

const userBody = ({ id, name }: User) => ({
  id,
  name,
  body: { active: true, is_admin: true, full_name: '' },
});

function logIn({ app, request }: Call): ApiResponse {
  const form = new URLSearchParams(request.body.toString());
  const user = adminOf(app);
  if (!user || form.get('username') !== user.name || form.get('password') !== user.password)
    return unauthorized();
  const token = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: user.id, jti: randomUUID() },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(randomUUID())
    .join('.');
  app.data.set(`token/${token}`, app.now() + TOKEN_LIFETIME);
  return {
    status: 200,
    headers: {
      'set-cookie': `${cookieName(app)}=${token}; HttpOnly; Max-Age=${String(TOKEN_LIFETIME / 1000)}; Path=/; SameSite=lax`,
    },
    body: { access_token: token, token_type: 'bearer', expires_in: TOKEN_LIFETIME / 1000, csrf_token: null },
  };
}

/** A bearer token, or the cookie that a login sets: the one way through a proxy that keeps Authorization to itself. */
function isLoggedIn({ headers }: AppRequest, app: App): boolean {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const cookie = headers.cookie
    ?.split(/;\s*/)
    .find((pair) => pair.startsWith(`${cookieName(app)}=`))
    ?.slice(cookieName(app).length + 1);
  const expires = app.data.get(`token/${cookie ?? bearer ?? ''}`);
  return typeof expires === 'number' && expires > app.now();
}

/** What a request must have, and what of it goes into the `body` of the answer. */
const COLLECTIONS: Record<string, { required: string[]; body(request: Record<string, unknown>): object }> = {
  components: {
    required: ['name', 'type', 'flavor', 'configuration'],
    body: ({ type, flavor }) => ({ type, flavor_name: flavor, integration: null, logo_url: null }),
  },
  stacks: { required: ['name', 'components'], body: () => ({}) },
};

const entitiesOf = ({ data }: App, collection: string) =>
  data.entries(`${collection}/`).map(([, entity]) => entity as Entity);

function response(app: App, collection: string, { id, name, created, request }: Entity, isHydrated: boolean) {
  const body = {
    created,
    updated: created,
    user_id: adminOf(app)?.id ?? null,
    ...COLLECTIONS[collection]?.body(request),
  };
  return {
    id,
    name,
    body,
    metadata: isHydrated ? metadataOf(app, collection, request) : null,
    resources: null,
  };
}

function metadataOf(app: App, collection: string, request: Record<string, unknown>): object {
  if (collection !== 'stacks')
    return { configuration: request['configuration'], labels: request['labels'] ?? null };
  const components = Object.entries(isRecord(request['components']) ? request['components'] : {}).map(
    ([type, ids]) => {
      const chosen = entitiesOf(app, 'components').filter(({ id }) => Array.isArray(ids) && ids.includes(id));
      return [type, chosen.map((component) => response(app, 'components', component, true))];
    },
  );
  return {
    components: Object.fromEntries(components) as object,
    description: request['description'] ?? '',
    labels: request['labels'] ?? null,
  };
}

function list({ app, request, params: { collection = '' } }: Call): ApiResponse {
  const size = Number(request.query.get('size') ?? 20);
  const page = Number(request.query.get('page') ?? 1);
  const filters = ['name', 'type', 'flavor', 'id'].filter((name) => request.query.has(name));
  const found = entitiesOf(app, collection).filter(({ id, request: sent }) =>
    filters.every(
      (name) => (name === 'id' ? id : sent[name]) === request.query.get(name)?.replace(/^equals:/, ''),
    ),
  );
  const isHydrated = request.query.get('hydrate') === 'true';
  return ok({
    index: page,
    max_size: size,
    total_pages: Math.max(1, Math.ceil(found.length / size)),
    total: found.length,
    items: found
      .slice((page - 1) * size, page * size)
      .map((entity) => response(app, collection, entity, isHydrated)),
  });
}

function create({ app, body, params: { collection = '' } }: Call): ApiResponse {
  const missing = COLLECTIONS[collection]?.required.find((name) => body[name] === undefined);
  if (missing)
    return ok({ detail: [{ type: 'missing', loc: ['body', missing], msg: 'Field required' }] }, 422);
  const name = textOf(body['name']);
  if (
    entitiesOf(app, collection).some(
      (entity) => entity.name === name && entity.request['type'] === body['type'],
    )
  ) {
    return failure(
      409,
      'EntityExistsError',
      `Unable to register ${collection.slice(0, -1)} with name '${name}': it already exists.`,
    );
  }
  const absent = Object.values(isRecord(body['components']) ? body['components'] : {})
    .flat()
    .find((id) => typeof id === 'string' && !app.data.get(`components/${id}`));
  if (absent !== undefined)
    return failure(404, 'KeyError', `Unable to get component with ID ${textOf(absent)}: no such component.`);
  const entity = { id: randomUUID(), name, created: new Date(app.now()).toISOString(), request: body };
  app.data.set(`${collection}/${entity.id}`, entity);
  return ok(response(app, collection, entity, true));
}

function withEntity(handle: (call: Call, collection: string, entity: Entity) => ApiResponse) {
  return (call: Call) => {
    const { collection = '', id = '' } = call.params;
    const entity = call.app.data.get(`${collection}/${id}`);
    return entity
      ? handle(call, collection, entity as Entity)
      : failure(404, 'KeyError', `Unable to get ${collection.slice(0, -1)} with ID ${id}: no such entity.`);
  };
}

const COLLECTION = /^\/api\/v1\/(?<collection>components|stacks)$/;
const ENTITY = /^\/api\/v1\/(?<collection>components|stacks)\/(?<id>[^/]+)$/;

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
  ['GET', COLLECTION, list],
  ['POST', COLLECTION, create],
  ['GET', ENTITY, withEntity(({ app }, collection, entity) => ok(response(app, collection, entity, true)))],
  [
    'PUT',
    ENTITY,
    withEntity(({ app, body }, collection, entity) => {
      const updated = {
        ...entity,
        name: textOf(body['name']) || entity.name,
        request: { ...entity.request, ...body },
      };
      app.data.set(`${collection}/${entity.id}`, updated);
      return ok(response(app, collection, updated, true));
    }),
  ],
  [
    'DELETE',
    ENTITY,
    withEntity(({ app }, collection, { id }) => {
      app.data.delete(`${collection}/${id}`);
      return ok(null);
    }),
  ],
];

const NOT_FOUND = ok({ detail: 'Not Found' }, 404);

/** A ZenML server: activation, login, and the stacks and components that are registered with it. */
export const zenml: StandIn = {
  image: /zenml-server/,
  port: () => 8080,
  answer(request, app) {
    const answered = route(OPEN_ROUTES, request, app, NOT_FOUND);
    if (answered !== NOT_FOUND || !request.path.startsWith('/api/')) return answered;
    return isLoggedIn(request, app) ? route(ROUTES, request, app, NOT_FOUND) : unauthorized();
  },
};
