import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { routes, type OperationId, type RequestOf, type Route } from '../../lib/api/routes.ts';
import { invalidRequest } from '../../lib/domain/invalid-request.ts';
import { jsonBody } from './body.ts';

/**
 * Parses all parts of a request with the schemas of its route. Throws a ProblemError that names each invalid
 * field.
 */
export async function parseRequest<Id extends OperationId>(
  id: Id,
  request: HttpRequest,
): Promise<RequestOf<Id>> {
  const route: Route = routes[id];
  const parts = {
    ...(route.params && { params: parsed(route.params, request.params) }),
    ...(route.query && { query: parsed(route.query, Object.fromEntries(request.query)) }),
    ...(route.headers && { headers: parsed(route.headers, Object.fromEntries(request.headers)) }),
    ...(route.body && { body: parsed(route.body, await jsonBody(request, route.maxBody)) }),
  };
  // The type is inferred from these schemas.
  return parts as RequestOf<Id>;
}

function parsed(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidRequest(result.error);
}
