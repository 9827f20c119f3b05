import {
  app as functions,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import * as df from 'durable-functions';
import { BASE_PATH, operationIds, routes, type OperationId, type Route } from '../../lib/api/routes.ts';
import type { App } from '../../lib/app.ts';
import { recordRefusal, type Refusal } from '../../lib/commands/record-refusal.ts';
import { stackOf } from '../../lib/domain/operation-id.ts';
import { isRefusal, NOBODY } from '../../lib/domain/access.ts';
import { NoRoleError } from '../../lib/domain/policy.ts';
import { actorOf, type Principal } from '../../lib/domain/principal.ts';
import { problem, ProblemError, type Problem } from '../../lib/domain/problem.ts';
import { shorten } from '../../lib/domain/quote.ts';
import { errorText, logTo } from '../../lib/telemetry/log.ts';
import { workflowsOf } from '../workflows.ts';
import { callerOf } from './caller.ts';
import { handlers, type Caller, type Reply } from './handlers.ts';
import { parseRequest } from './parse.ts';
import { problemResponse } from './problem-response.ts';

/** The prefix that host.json adds to every route. */
const HOST_PREFIX = '/api/';

/** Registers a function for each route of the contract, and one for all other paths. */
export function registerHttp(app: App): void {
  for (const id of operationIds) registerRoute(app, id);
  functions.http('notFound', {
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
    route: '{*path}',
    authLevel: 'anonymous',
    handler: ({ method, params }) =>
      problemResponse(
        problem('NOT_FOUND', `There is no ${method} ${HOST_PREFIX}${shorten(params['path'] ?? '', 100)}.`),
      ),
  });
}

function registerRoute(app: App, id: OperationId): void {
  const route: Route = routes[id];
  functions.http(id, {
    methods: [route.method],
    route: `${BASE_PATH}${route.path}`.slice(HOST_PREFIX.length),
    authLevel: 'anonymous', // callers are authenticated by name below, not by a shared key
    extraInputs: [df.input.durableClient()],
    handler: async (request, context) => {
      const answer = await respond(app, id, request, context);
      // Durations are relative to the server's clock, so callers need its time.
      const now = new Date(app.services.now()).toISOString();
      return { ...answer, headers: { ...answer.headers, 'matcha-now': now } };
    },
  });
}

type Answer = Omit<HttpResponseInit, 'headers'> & { headers?: Record<string, string> };

/**
 * Authenticates the caller, parses the request, calls the handler, and turns problems into responses (RFC
 * 9457).
 */
async function respond(
  app: App,
  id: OperationId,
  request: HttpRequest,
  context: InvocationContext,
): Promise<Answer> {
  const { services } = app;
  const log = logTo(context);
  const correlationId = context.invocationId;
  const route: Route = routes[id];
  let caller: Principal | undefined;
  try {
    if (route.role !== undefined) caller = await callerOf(app, request.headers, log);
    const principal = { ...(caller ?? ANONYMOUS), correlationId };
    const workflows = workflowsOf(df.getClient(context));
    const { status, body, headers } = await handle(
      id,
      { url: request.url, principal, services, workflows, log },
      request,
    );
    return { status, jsonBody: body, ...(headers && { headers }) };
  } catch (error) {
    const found = error instanceof ProblemError ? error.problem : unexpected(error, context);
    const by = error instanceof NoRoleError ? error.person : caller;
    if (isRefusal(found)) await recordRefusal({ services, log }, refusalOf(id, request, by, context, found));
    return problemResponse(found);
  }
}

const refusalOf = (
  route: OperationId,
  request: HttpRequest,
  by: Omit<Principal, 'role' | 'channel'> | undefined,
  { invocationId: correlationId }: InvocationContext,
  { code, message, cause }: Problem,
): Refusal => ({
  by: by
    ? actorOf({ ...by, channel: 'api', correlationId })
    : { actor: NOBODY, channel: 'api', correlationId },
  route,
  stack: stackIn(request),
  code,
  message: cause ?? message,
});

/** The stack that a request names, itself or by an operation. */
const stackIn = ({ params: { name, id } }: HttpRequest): string | undefined =>
  name ?? (id === undefined ? undefined : stackOf(id));

const handle = async <Id extends OperationId>(
  id: Id,
  caller: Caller,
  request: HttpRequest,
): Promise<Reply<Id>> => handlers[id](caller, await parseRequest(id, request));

const ANONYMOUS: Principal = {
  id: '',
  tenant: '',
  name: 'nobody',
  type: 'User',
  role: 'Reader',
  channel: 'api',
};

/** The response contains the id of the log entry, but not the error, which may contain anything. */
function unexpected(error: unknown, context: InvocationContext): Problem {
  logTo(context)('error', { event: 'request.failed', message: errorText(error) });
  return problem('UNEXPECTED', 'Something went wrong inside Matcha.', {
    cause: `See the log entry ${context.invocationId}.`,
  });
}
