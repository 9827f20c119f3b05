import { isRecord, ok, textOf } from '../stand-in.ts';
import type { RoutedRequest, Route, StandInApp, StandInResponse } from '../stand-in.ts';
import { failure, malformed, notFound, refusal } from './stand-in-flavors.ts';

type Body = Record<string, unknown>;

/** What was registered, with the request as it came or was changed since. */
interface Entity {
  id: string;
  name: string;
  created: string;
  request: Body;
}

interface Collection {
  /** What ZenML calls one of it in errors. */
  title: string;
  /** What a request to make one must have. */
  required: string[];
  body: (request: Body, isListed: boolean) => object;
  metadata: (app: StandInApp, request: Body) => object;
  /** Why it cannot be so; `changed` is what was sent, `next` what it would be. */
  refuse: (app: StandInApp, next: Body, changed: Body) => StandInResponse | undefined;
  duplicate: (name: string, request: Body) => string;
  /** Why it cannot be removed. */
  inUse?: (app: StandInApp, entity: Entity) => StandInResponse | undefined;
}

const entitiesOf = ({ data }: StandInApp, collection: string) =>
  data.entries(`${collection}/`).map(([, entity]) => entity as Entity);

/** The ids of a stack's members, by their type. */
const membersOf = (request: Body): [type: string, ids: unknown[]][] =>
  Object.entries(isRecord(request['components']) ? request['components'] : {}).map(([type, ids]) => [
    type,
    Array.isArray(ids) ? ids : [],
  ]);

const COLLECTIONS: Record<string, Collection> = {
  components: {
    title: 'stack component',
    required: ['name', 'type', 'flavor', 'configuration'],
    body: ({ type, flavor }) => ({ type, flavor_name: flavor, integration: null, logo_url: null }),
    metadata: (_, { configuration, labels, connector }) => ({
      configuration,
      labels: labels ?? null,
      connector: connector === undefined ? null : { id: connector },
      connector_resource_id: null,
    }),
    refuse(app, { type, flavor, configuration }, changed) {
      if (!('configuration' in changed)) return undefined;
      const hasSecret = (name: string) => entitiesOf(app, 'secrets').some((secret) => secret.name === name);
      return refusal(textOf(type), textOf(flavor), isRecord(configuration) ? configuration : {}, hasSecret);
    },
    duplicate: (name, { type }) =>
      `Unable to register '${textOf(type)}' component with name '${name}': Found an existing component with the same name and type.`,
    inUse(app, { id, name, request }) {
      const stacks = entitiesOf(app, 'stacks').filter((stack) =>
        membersOf(stack.request).some(([, ids]) => ids.includes(id)),
      );
      if (stacks.length === 0) return undefined;
      return failure(
        403,
        'IllegalOperationError',
        `Stack Component \`${name}\` of type \`${textOf(request['type'])} cannot be deleted as it is part of ${stacks.length} stacks. Before deleting this stack component, make sure to remove it from all stacks.`,
      );
    },
  },
  stacks: {
    title: 'stack',
    required: ['name', 'components'],
    body: () => ({}),
    metadata: (app, request) => ({
      components: Object.fromEntries(
        membersOf(request).map(([type, ids]) => [
          type,
          entitiesOf(app, 'components')
            .filter(({ id }) => ids.includes(id))
            .map((member) => response(app, 'components', member, { isHydrated: false })),
        ]),
      ) as object,
      description: request['description'] ?? '',
      labels: request['labels'] ?? null,
    }),
    refuse(app, request) {
      const members = membersOf(request);
      const has = (type: string) => members.some(([each, ids]) => each === type && ids.length > 0);
      if (!has('orchestrator') || !has('artifact_store')) {
        const message = 'Value error, Stack must contain at least an orchestrator and artifact store.';
        return malformed('value_error', 'components', message, request['components']);
      }
      const absent = members
        .flatMap(([, ids]) => ids)
        .find((id) => !app.data.get(`components/${textOf(id)}`));
      return absent === undefined ? undefined : noSuch('components', textOf(absent));
    },
    duplicate: (name) =>
      `Unable to create the requested stack with name '${name}': Found another existing stack with the same name.`,
  },
  secrets: {
    title: 'secret',
    required: ['name', 'values'],
    body: ({ values }, isListed) => ({ private: false, values: isListed ? {} : values }),
    metadata: () => ({}),
    refuse: () => undefined,
    duplicate: (name) => `Found an existing public secret with the same '${name}' name`,
  },
};

const noSuch = (collection: string, id: string): StandInResponse => {
  const title = COLLECTIONS[collection]?.title ?? '';
  return notFound(`Unable to get ${title} with ID '${id}': No ${title} with this ID found`);
};

function response(
  app: StandInApp,
  collection: string,
  { id, name, created, request }: Entity,
  { isHydrated = true, isListed = false } = {},
) {
  const { body, metadata } = COLLECTIONS[collection] ?? {};
  return {
    id,
    name,
    body: { created, updated: created, user_id: null, ...body?.(request, isListed) },
    metadata: isHydrated ? metadata?.(app, request) : null,
    resources: null,
  };
}

function list({ app, request: { query }, params: { collection = '' } }: RoutedRequest): StandInResponse {
  const size = Number(query.get('size') ?? 20);
  const page = Number(query.get('page') ?? 1);
  const filters = ['name', 'type', 'flavor', 'id'].filter((name) => query.has(name));
  const found = entitiesOf(app, collection).filter(({ id, request: sent }) =>
    filters.every((name) => passes(textOf(name === 'id' ? id : sent[name]), query.get(name) ?? '')),
  );
  const shown = { isHydrated: query.get('hydrate') === 'true', isListed: true };
  return ok({
    index: page,
    max_size: size,
    total_pages: Math.max(1, Math.ceil(found.length / size)),
    total: found.length,
    items: found
      .slice((page - 1) * size, page * size)
      .map((entity) => response(app, collection, entity, shown)),
  });
}

/** Filters may begin with how they compare. */
function passes(value: string, filter: string): boolean {
  const [, how, operand = ''] = /^(equals|startswith):(.*)$/.exec(filter) ?? [];
  return how === 'startswith' ? value.startsWith(operand) : value === (how ? operand : filter);
}

function create({ app, body, params: { collection = '' } }: RoutedRequest): StandInResponse {
  const { required = [], refuse, duplicate } = COLLECTIONS[collection] ?? {};
  const missing = required.find((name) => body[name] === undefined);
  if (missing) return malformed('missing', missing, 'Field required', body);
  const name = textOf(body['name']);
  const same = entitiesOf(app, collection).find(
    (entity) => entity.name === name && entity.request['type'] === body['type'],
  );
  if (same) return failure(409, 'EntityExistsError', duplicate?.(name, body) ?? '');
  const refused = refuse?.(app, body, body);
  if (refused) return refused;
  const entity = { id: crypto.randomUUID(), name, created: new Date(app.now()).toISOString(), request: body };
  app.data.set(`${collection}/${entity.id}`, entity);
  return ok(response(app, collection, entity));
}

function withEntity(handle: (call: RoutedRequest, collection: string, entity: Entity) => StandInResponse) {
  return (call: RoutedRequest) => {
    const { collection = '', id = '' } = call.params;
    const entity = call.app.data.get(`${collection}/${id}`);
    return entity ? handle(call, collection, entity as Entity) : noSuch(collection, id);
  };
}

/** What is sent replaces what was there: a configuration and the members of a stack as a whole. */
function update({ app, body }: RoutedRequest, collection: string, entity: Entity): StandInResponse {
  const request = { ...entity.request, ...body };
  const refused = COLLECTIONS[collection]?.refuse(app, request, body);
  if (refused) return refused;
  const updated = { ...entity, name: textOf(body['name']) || entity.name, request };
  app.data.set(`${collection}/${entity.id}`, updated);
  return ok(response(app, collection, updated));
}

function remove({ app }: RoutedRequest, collection: string, entity: Entity): StandInResponse {
  const refused = COLLECTIONS[collection]?.inUse?.(app, entity);
  if (refused) return refused;
  app.data.delete(`${collection}/${entity.id}`);
  return ok(null);
}

const COLLECTION = /^\/api\/v1\/(?<collection>components|stacks|secrets)$/;
const ENTITY = /^\/api\/v1\/(?<collection>components|stacks|secrets)\/(?<id>[^/]+)$/;

/** The stacks, components and secrets that are registered with a ZenML server. */
export const REGISTRY_ROUTES: Route[] = [
  ['GET', COLLECTION, list],
  ['POST', COLLECTION, create],
  ['GET', ENTITY, withEntity(({ app }, collection, entity) => ok(response(app, collection, entity)))],
  ['PUT', ENTITY, withEntity(update)],
  ['DELETE', ENTITY, withEntity(remove)],
];
