import { ok, route, textOf } from '../stand-in.ts';
import type { RoutedRequest, Route, StandInApp, StandInResponse, StandInServer } from '../stand-in.ts';

interface Collection {
  id: string;
  name: string;
  metadata: unknown;
  dimension: number | null;
}

interface Item {
  id: string;
  embedding: number[];
  document: unknown;
  metadata: unknown;
}

const failure = (status: number, error: string, message: string) => ok({ error, message }, status);

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]$/;
const HOME = { tenant: 'default_tenant', database: 'default_database' };

const collectionsOf = ({ data }: StandInApp) =>
  data.entries('collections/').map(([, value]) => value as Collection);
const find = (app: StandInApp, key: string) =>
  collectionsOf(app).find(({ id, name }) => id === key || name === key);
const itemsOf = ({ data }: StandInApp, { id }: Collection) =>
  data.entries(`items/${id}/`).map(([, value]) => value as Item);

const described = (collection: Collection) => ({
  ...collection,
  configuration_json: {
    hnsw: { space: 'l2', ef_construction: 100, ef_search: 100, max_neighbors: 16 },
    spann: null,
    embedding_function: null,
  },
  ...HOME,
  log_position: 0,
  version: 0,
  schema: null,
});

const listAt = (body: Record<string, unknown>, member: string): unknown[] | undefined =>
  Array.isArray(body[member]) ? body[member] : undefined;

function createCollection({ app, body }: RoutedRequest): StandInResponse {
  const name = textOf(body['name']);
  if (!NAME.test(name)) {
    return failure(
      400,
      'InvalidArgumentError',
      `Validation error: name: Expected a name containing 3-512 characters from [a-zA-Z0-9._-], starting and ending with a character in [a-zA-Z0-9]. Got: ${name}`,
    );
  }
  const existing = find(app, name);
  if (existing) {
    return body['get_or_create'] === true
      ? ok(described(existing))
      : failure(409, 'ChromaError', `Collection [${name}] already exists`);
  }
  const collection = { id: crypto.randomUUID(), name, metadata: body['metadata'] ?? null, dimension: null };
  app.data.set(`collections/${collection.id}`, collection);
  return ok(described(collection));
}

function deleteCollection({ app }: RoutedRequest, collection: Collection): StandInResponse {
  app.data.delete(`collections/${collection.id}`);
  for (const { id } of itemsOf(app, collection)) app.data.delete(`items/${collection.id}/${id}`);
  return ok({});
}

/** Stores the items; `keepExisting` is what tells an add from an upsert. */
const store =
  (keepExisting: boolean) =>
  ({ app, body }: RoutedRequest, collection: Collection): StandInResponse => {
    const ids = listAt(body, 'ids')?.map(String) ?? [];
    const embeddings = (listAt(body, 'embeddings') ?? []) as number[][];
    if (ids.length === 0 || embeddings.length !== ids.length) {
      return failure(422, 'UnprocessableEntity', 'ids and embeddings must have the same, non-zero length');
    }
    const dimension = collection.dimension ?? embeddings[0]?.length ?? 0;
    const other = embeddings.find((embedding) => embedding.length !== dimension);
    if (other) return wrongDimension(dimension, other.length);
    app.data.set(`collections/${collection.id}`, { ...collection, dimension });
    for (const [index, id] of ids.entries()) {
      const key = `items/${collection.id}/${id}`;
      if (keepExisting && app.data.get(key)) continue;
      const document = listAt(body, 'documents')?.[index] ?? null;
      const metadata = listAt(body, 'metadatas')?.[index] ?? null;
      app.data.set(key, { id, embedding: embeddings[index], document, metadata });
    }
    return ok({}, keepExisting ? 201 : 200);
  };

const wrongDimension = (expected: number, got: number) =>
  failure(
    400,
    'InvalidArgumentError',
    `Collection expecting embedding with dimension of ${String(expected)}, got ${String(got)}`,
  );

/** Chroma's distance `l2` is squared. */
const distance = (a: number[], b: number[]) =>
  a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);

function query({ app, body }: RoutedRequest, collection: Collection): StandInResponse {
  const queries = (listAt(body, 'query_embeddings') ?? []) as number[][];
  const other = queries.find(
    ({ length }) => collection.dimension !== null && length !== collection.dimension,
  );
  if (other) return wrongDimension(collection.dimension ?? 0, other.length);
  const results = queries.map((vector) =>
    itemsOf(app, collection)
      .map((item) => ({ ...item, distance: distance(vector, item.embedding) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, Number(body['n_results'] ?? 10)),
  );
  const include = listAt(body, 'include') ?? ['documents', 'metadatas', 'distances'];
  const column = (name: string, read: (item: Item & { distance: number }) => unknown) =>
    include.includes(name) ? results.map((items) => items.map(read)) : null;
  return ok({
    ids: results.map((items) => items.map(({ id }) => id)),
    embeddings: column('embeddings', (item) => item.embedding),
    documents: column('documents', (item) => item.document),
    metadatas: column('metadatas', (item) => item.metadata),
    distances: column('distances', (item) => item.distance),
    uris: null,
    include,
  });
}

function get({ app, body }: RoutedRequest, collection: Collection): StandInResponse {
  const ids = listAt(body, 'ids');
  const offset = Number(body['offset'] ?? 0);
  const items = itemsOf(app, collection)
    .filter(({ id }) => ids === undefined || ids.includes(id))
    .slice(offset, offset + Number(body['limit'] ?? Infinity));
  const include = listAt(body, 'include') ?? ['documents', 'metadatas'];
  const column = (name: string, read: (item: Item) => unknown) =>
    include.includes(name) ? items.map(read) : null;
  return ok({
    ids: items.map(({ id }) => id),
    embeddings: column('embeddings', ({ embedding }) => embedding),
    documents: column('documents', ({ document }) => document),
    metadatas: column('metadatas', ({ metadata }) => metadata),
    uris: null,
    include,
  });
}

function deleteItems({ app, body }: RoutedRequest, collection: Collection): StandInResponse {
  for (const id of listAt(body, 'ids') ?? []) app.data.delete(`items/${collection.id}/${String(id)}`);
  return ok({});
}

const withCollection =
  (handle: (call: RoutedRequest, collection: Collection) => StandInResponse) => (call: RoutedRequest) => {
    const { key = '' } = call.params;
    const collection = find(call.app, key);
    return collection
      ? handle(call, collection)
      : failure(404, 'NotFoundError', `Collection [${key}] does not exist`);
  };

const DATABASE = '/api/v2/tenants/(?<tenant>[^/]+)/databases/(?<database>[^/]+)';
const at = (path: string) => new RegExp(`^${DATABASE}${path}$`);

const DATABASE_ROUTES: Route[] = [
  [
    'GET',
    at(''),
    () => ok({ id: '00000000-0000-0000-0000-000000000000', name: HOME.database, tenant: HOME.tenant }),
  ],
  ['GET', at('/collections'), ({ app }) => ok(collectionsOf(app).map(described))],
  ['POST', at('/collections'), createCollection],
  ['GET', at('/collections_count'), ({ app }) => ok(collectionsOf(app).length)],
  ['GET', at('/collections/(?<key>[^/]+)'), withCollection((_call, collection) => ok(described(collection)))],
  ['DELETE', at('/collections/(?<key>[^/]+)'), withCollection(deleteCollection)],
  [
    'GET',
    at('/collections/(?<key>[^/]+)/count'),
    withCollection(({ app }, collection) => ok(itemsOf(app, collection).length)),
  ],
  ['POST', at('/collections/(?<key>[^/]+)/add'), withCollection(store(true))],
  ['POST', at('/collections/(?<key>[^/]+)/upsert'), withCollection(store(false))],
  ['POST', at('/collections/(?<key>[^/]+)/query'), withCollection(query)],
  ['POST', at('/collections/(?<key>[^/]+)/get'), withCollection(get)],
  ['POST', at('/collections/(?<key>[^/]+)/delete'), withCollection(deleteItems)],
];

const ROUTES: Route[] = [
  ['GET', /^\/api\/v2\/heartbeat$/, ({ app }) => ok({ 'nanosecond heartbeat': app.now() * 1e6 })],
  ['GET', /^\/api\/v2\/healthcheck$/, () => ok({ is_executor_ready: true, is_log_client_ready: true })],
  ['GET', /^\/api\/v2\/version$/, () => ok('1.0.0')],
  [
    'GET',
    /^\/api\/v2\/pre-flight-checks$/,
    () => ok({ max_batch_size: 5461, supports_base64_encoding: true }),
  ],
  ['POST', /^\/api\/v2\/reset$/, () => failure(403, 'PermissionDenied', 'Reset is disabled by config')],
  [
    'GET',
    /^\/api\/v2\/tenants\/(?<tenant>[^/]+)$/,
    ({ params: { tenant = '' } }) =>
      tenant === HOME.tenant
        ? ok({ name: tenant })
        : failure(404, 'NotFoundError', `Tenant [${tenant}] not found`),
  ],
];

const NOT_FOUND: StandInResponse = { status: 404, body: '' };

/** A Chroma server: collections of the default database, searched by distance. It has no authentication. */
const server: StandInServer = {
  image: /chromadb\/chroma/,
  seconds: { pull: 12, start: 2 },
  port: () => 8000,
  answer(request, app) {
    if (request.path.startsWith('/api/v1/'))
      return failure(410, 'Unimplemented', 'The v1 API is deprecated. Please use /v2 apis');
    const { tenant, database } = at('(?:/.*)?').exec(request.path)?.groups ?? {};
    if (tenant === undefined) return route(ROUTES, request, app, NOT_FOUND);
    if (tenant !== HOME.tenant || database !== HOME.database) {
      return failure(404, 'NotFoundError', `Database [${database ?? ''}] not found. Are you sure it exists?`);
    }
    return route(DATABASE_ROUTES, request, app, NOT_FOUND);
  },
};

export const servers = [server];
