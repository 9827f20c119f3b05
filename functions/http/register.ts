import {
  app as functions,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import * as df from 'durable-functions';
import { PROBLEM_MEDIA_TYPE, toProblemDetails } from '../../lib/api/problem.ts';
import { BASE_PATH, operationIds, routes, type OperationId, type Route } from '../../lib/api/routes.ts';
import type { App } from '../../lib/app.ts';
import type { Principal } from '../../lib/domain/principal.ts';
import { problem, ProblemError, PROBLEMS, type Problem } from '../../lib/domain/problem.ts';
import { shorten } from '../../lib/domain/quote.ts';
import { errorText, logTo } from '../../lib/telemetry/log.ts';
import { workflowsOf } from '../workflows.ts';
import { handlers, type Caller, type Reply } from './handlers.ts';
import { parseRequest } from './parse.ts';

/** The prefix that host.json adds to every route. */
const HOST_PREFIX = '/api/';

/** Registers a function for each route of the contract, and one for all other paths. */
export function registerHttp(app: App): void {
  for (const id of operationIds) registerRoute(app, id);
  functions.http('notFound', {
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
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
  try {
    const route: Route = routes[id];
    const principal = {
      ...(route.role === undefined ? ANONYMOUS : await app.authenticate(request.headers)),
      correlationId: context.invocationId,
    };
    const workflows = workflowsOf(df.getClient(context));
    const log = logTo(context);
    const caller = { url: request.url, principal, services: app.services, workflows, log };
    const { status, body, headers } = await handle(id, caller, request);
    return { status, jsonBody: body, ...(headers && { headers }) };
  } catch (error) {
    return problemResponse(error instanceof ProblemError ? error.problem : unexpected(error, context));
  }
}

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

const problemResponse = (found: Problem): Answer => ({
  status: PROBLEMS[found.code].status,
  headers: {
    'content-type': PROBLEM_MEDIA_TYPE,
    ...(PROBLEMS[found.code].status === 401 && { 'www-authenticate': challengeFor(found) }),
  },
  body: JSON.stringify(toProblemDetails(found)),
});

/** RFC 6750, 3: without credentials the answer says only how to sign in. */
const challengeFor = ({ code }: Problem): string =>
  code === 'TOKEN_REFUSED' ? 'Bearer error="invalid_token"' : 'Bearer';

/** The response contains the id of the log entry, but not the error, which may contain anything. */
function unexpected(error: unknown, context: InvocationContext): Problem {
  logTo(context)('error', { event: 'request.failed', message: errorText(error) });
  return problem('UNEXPECTED', 'Something went wrong inside Matcha.', {
    cause: `See the log entry ${context.invocationId}.`,
  });
}
