import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE, problemDetails } from './problem.ts';
import { BASE_PATH, routes, type Route } from './routes.ts';
import { stackDetail } from './stack.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the HTTP contract; `version` is the version of the server. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [id, route] of Object.entries<Route>(routes)) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(id, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Matcha',
      version,
      description: 'A complete open-source MLOps stack on Azure, from one request.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: BASE_PATH }],
    security: [{ entra: [] }],
    paths,
    components: {
      securitySchemes: { entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: sharedSchemas(),
    },
  };
}

const operationOf = (id: string, route: Route): Json => ({
  operationId: id,
  summary: route.summary,
  ...(route.role === undefined ? { security: [] } : { 'x-role': route.role }),
  parameters: [
    ...parametersOf('path', route.params),
    ...parametersOf('query', route.query),
    ...parametersOf('header', route.headers),
  ],
  ...(route.body && {
    requestBody: { content: { 'application/json': { schema: schemaOf(route.body, 'input') } } },
  }),
  responses: {
    ...Object.fromEntries(
      Object.entries(route.responses).map(([status, schema]) => [
        status,
        {
          description: status === '202' ? 'Accepted: the operation' : 'OK',
          ...headersOf(status, schema),
          content: { 'application/json': { schema: schemaOf(schema, 'output') } },
        },
      ]),
    ),
    default: {
      description: 'A problem',
      content: { [PROBLEM_MEDIA_TYPE]: { schema: schemaOf(problemDetails, 'output') } },
    },
  },
});

/** The headers of a response. */
function headersOf(status: string, schema: z.ZodType): Json {
  const header = (name: string, description: string) => ({
    headers: { [name]: { description, schema: { type: 'string' } } },
  });
  if (status === '202') return header('Operation-Location', 'The address of the operation.');
  if (schema === stackDetail) return header('ETag', "The version of the stack's record, for If-Match.");
  return {};
}

function parametersOf(location: 'path' | 'query' | 'header', schema: z.ZodObject | undefined): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, member]) => {
    const { description, ...json } = schemaOf(member as z.ZodType, 'input');
    return {
      name,
      in: location,
      required: location === 'path',
      ...(description !== undefined && { description }),
      schema: json,
    };
  });
}

/** A reference to a named schema, otherwise the schema itself. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const id = schema.meta()?.id;
  return id === undefined ? toOpenApi(z.toJSONSchema(schema, { io })) : { $ref: `${SHARED}${id}` };
}

function sharedSchemas(): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'output', uri: (id) => `${SHARED}${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, toOpenApi(schema)]));
}

const SHARED = '#/components/schemas/';

/** Converts a JSON schema for OpenAPI: references point to shared schemas, and a query flag is a boolean. */
function toOpenApi(schema: object): Json {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', `"${SHARED}`);
  const { $schema: _, $id: __, $defs: ___, ...json } = JSON.parse(text) as Json;
  const isFlag = JSON.stringify(json['enum']) === '["true","false"]';
  return isFlag ? { type: 'boolean', default: false, description: json['description'] } : json;
}
