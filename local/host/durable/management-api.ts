import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpExtension, HttpReply } from '../http-server.ts';
import { createRouter } from '../routes.ts';
import { MANAGEMENT_PATH, managementLinks } from './client-binding.ts';
import type { DurableClientBinding } from './client-binding.ts';
import type { Engine } from './engine.ts';
import { historyStatus, instanceStatus } from './instance-status.ts';
import { isFinished } from './instances.ts';
import type { InstanceFilter, InstanceRecord, Store } from './store.ts';

export interface ManagementApiOptions {
  engine: Engine;
  store: Store;
  client: DurableClientBinding;
  isOrchestrator: (name: string) => boolean;
}

interface ManagementRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  url: URL;
  contentType: string | undefined;
  body: string;
}

type Handler = (request: ManagementRequest) => HttpReply;

const ENTITIES = 'The local host does not support entities.';
const INSTANCE_ID_LIMIT = 100;

/** Simulates the HTTP API of the Durable extension, including status codes and messages. */
export function createManagementApi({
  engine,
  store,
  client,
  isOrchestrator,
}: ManagementApiOptions): HttpExtension {
  const launch = (
    name: string,
    instanceId: string,
    input: string | null,
    version: string | null,
  ): HttpReply => {
    const problem = invalidInstanceId(instanceId);
    if (problem !== undefined) return error(400, problem);
    if (!isOrchestrator(name))
      return error(
        400,
        `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`,
      );
    const existing = engine.find(instanceId);
    if (existing !== undefined && !isFinished(existing))
      return error(409, `An Orchestration instance with the status ${existing.status} already exists.`);
    engine.start({ name, instanceId, input, version });
    const links = managementLinks(client, instanceId);
    return json(
      202,
      { ...links, id: instanceId },
      { location: links['statusQueryGetUri'] ?? '', 'retry-after': '10' },
    );
  };

  const start: Handler = ({ params, query, body }) => {
    if (body !== '' && !isJson(body)) return error(400, 'Invalid JSON content');
    const { functionName = '', instanceId } = params;
    const input = body === '' ? null : body;
    return launch(
      functionName,
      instanceId === undefined || instanceId === '' ? newId() : instanceId,
      input,
      query.get('version'),
    );
  };

  const restart = (record: InstanceRecord, { query }: ManagementRequest): HttpReply => {
    const isNew = query.get('restartWithNewInstanceId') !== 'false';
    return launch(record.name, isNew ? newId() : record.instanceId, record.input, record.version);
  };

  const status = (record: InstanceRecord, { query, url }: ManagementRequest): HttpReply => {
    const showHistory = query.get('showHistory') === 'true';
    const historyEvents = () =>
      historyStatus(store.history(record.instanceId), query.get('showHistoryOutput') === 'true');
    const body = {
      ...instanceStatus(record, showsInput(query)),
      ...(showHistory && { historyEvents: historyEvents() }),
    };
    if (!isFinished(record)) return json(202, body, { location: url.href, 'retry-after': '5' });
    const isError = record.status === 'Failed' && query.get('returnInternalServerErrorOnFailure') === 'true';
    return json(isError ? 500 : 200, body);
  };

  const list: Handler = ({ query }) =>
    json(
      200,
      store.list(filterOf(query)).map((record) => instanceStatus(record, showsInput(query))),
    );

  const purgeAll = (records: InstanceRecord[]) => {
    store.transaction(() => {
      for (const { instanceId } of records) store.purge(instanceId);
    });
  };

  const purge = (record: InstanceRecord): HttpReply => {
    const { instanceId, status } = record;
    if (!isFinished(record))
      return json(
        412,
        `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instanceId} has status ${status}`,
      );
    purgeAll([record]);
    return json(200, { instancesDeleted: 1 });
  };

  const purgeMany: Handler = ({ query }) => {
    const filter = filterOf(query);
    if (filter.createdTimeFrom === undefined)
      return json(400, "Please provide value for 'createdTimeFrom' parameter.");
    const finished = store.list(filter).filter(isFinished);
    purgeAll(finished);
    return finished.length === 0 ? { status: 404 } : json(200, { instancesDeleted: finished.length });
  };

  const raiseEvent = (
    { instanceId }: InstanceRecord,
    { params, body, contentType }: ManagementRequest,
  ): HttpReply => {
    if (body !== '' && contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
      return error(400, 'Only application/json request content is supported');
    if (body !== '' && !isJson(body)) return error(400, 'Invalid JSON content');
    engine.raiseEvent(instanceId, params['eventName'] ?? '', body === '' ? 'null' : body);
    return { status: 202 };
  };

  const rewind = ({ status }: InstanceRecord): HttpReply =>
    status === 'Failed'
      ? error(501, 'Rewind is not supported by the underlying storage provider.')
      : json(
          412,
          `This orchestration has status ${status}, but only orchestrations in the "Failed" state can be rewound.`,
        );

  const existing =
    (handle: (record: InstanceRecord, request: ManagementRequest) => HttpReply): Handler =>
    (request) => {
      const record = engine.find(request.params['instanceId'] ?? '');
      return record === undefined ? { status: 404 } : handle(record, request);
    };
  /** Responds 410 for a finished instance. */
  const unfinished = (handle: (record: InstanceRecord, request: ManagementRequest) => HttpReply): Handler =>
    existing((record, request) => (isFinished(record) ? { status: 410 } : handle(record, request)));
  const accept =
    (act: (instanceId: string, reason: string | null) => void) =>
    ({ instanceId }: InstanceRecord, { query }: ManagementRequest): HttpReply => {
      act(instanceId, query.get('reason'));
      return { status: 202 };
    };

  const route = createRouter<Handler>([
    { methods: ['POST'], template: 'orchestrators/{functionName}/{*instanceId}', target: start },
    { methods: ['GET'], template: 'instances', target: list },
    { methods: ['DELETE'], template: 'instances', target: purgeMany },
    { methods: ['GET'], template: 'instances/{instanceId}', target: existing(status) },
    { methods: ['DELETE'], template: 'instances/{instanceId}', target: existing(purge) },
    {
      methods: ['POST'],
      template: 'instances/{instanceId}/terminate',
      target: unfinished(accept(engine.terminate)),
    },
    {
      methods: ['POST'],
      template: 'instances/{instanceId}/suspend',
      target: unfinished(accept(engine.suspend)),
    },
    {
      methods: ['POST'],
      template: 'instances/{instanceId}/resume',
      target: unfinished(accept(engine.resume)),
    },
    {
      methods: ['POST'],
      template: 'instances/{instanceId}/raiseEvent/{eventName}',
      target: unfinished(raiseEvent),
    },
    { methods: ['POST'], template: 'instances/{instanceId}/restart', target: existing(restart) },
    { methods: ['POST'], template: 'instances/{instanceId}/rewind', target: existing(rewind) },
    { methods: ['GET', 'POST', 'DELETE'], template: 'entities/{*rest}', target: () => error(501, ENTITIES) },
  ]);

  return (request, url, body) => {
    if (!url.pathname.startsWith(`${MANAGEMENT_PATH}/`)) return undefined;
    // It has no authentication, and a web page may send a POST without asking first.
    if (request.headers.origin !== undefined) return error(403, 'Web pages may not manage orchestrations.');
    const found = route(request.method ?? 'GET', url.pathname.slice(MANAGEMENT_PATH.length));
    if (found === undefined) return { status: 404 };
    return found.target(managementRequestOf(request, url, body, found.params));
  };
}

const managementRequestOf = (
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  params: Record<string, string>,
): ManagementRequest => ({
  params,
  query: url.searchParams,
  url,
  contentType: request.headers['content-type'],
  body: body.toString('utf8'),
});

const newId = (): string => randomUUID().replaceAll('-', '');

function invalidInstanceId(instanceId: string): string | undefined {
  if (instanceId.length > INSTANCE_ID_LIMIT)
    return `Instance ID lengths must not exceed ${INSTANCE_ID_LIMIT} characters.`;
  if (instanceId.startsWith('@')) return 'Orchestration instance ids must not start with @.';
  return /[/\\#?\p{Cc}]/u.test(instanceId)
    ? 'Orchestration instance ids must not contain /, \\, #, ?, or control characters.'
    : undefined;
}

const showsInput = (query: URLSearchParams): boolean => query.get('showInput') !== 'false';

function filterOf(query: URLSearchParams): InstanceFilter {
  const from = Date.parse(query.get('createdTimeFrom') ?? '');
  const to = Date.parse(query.get('createdTimeTo') ?? '');
  const runtimeStatus = query.getAll('runtimeStatus').flatMap((value) => value.split(','));
  const instanceIdPrefix = query.get('instanceIdPrefix');
  return {
    ...(!Number.isNaN(from) && { createdTimeFrom: from }),
    ...(!Number.isNaN(to) && { createdTimeTo: to }),
    ...(runtimeStatus.length > 0 && { runtimeStatus }),
    ...(instanceIdPrefix !== null && { instanceIdPrefix }),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

const error = (status: number, message: string): HttpReply => json(status, { Message: message });
