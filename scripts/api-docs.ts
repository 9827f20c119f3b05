// Writes docs/api.md from the route table of the HTTP contract.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE_PATH, routes, type Route } from '../lib/api/routes.ts';

const FILE = join(import.meta.dirname, '..', 'docs', 'api.md');

/** The page as it has to be now. */
export function apiPage(): string {
  const rows = Object.entries<Route>(routes).map(
    ([id, { method, path, query, role, responses, summary }]) => {
      const parameters = Object.keys(query?.shape ?? {}).map((name) => `${name}=`);
      const target = [path, ...(parameters.length > 0 ? [parameters.join('&')] : [])].join('?');
      return `| \`${method} ${target}\` | ${id} | ${role ?? '-'} | ${Object.keys(responses).join(', ')} | ${summary} |`;
    },
  );
  return [
    '# HTTP API',
    '',
    `Generated from \`lib/api/routes.ts\` by \`npm run api-docs\`. All paths are below \`${BASE_PATH}\`. The OpenAPI 3.1`,
    `document with every schema is served at \`GET ${BASE_PATH}/openapi.json\`.`,
    '',
    '| Request | Operation id | Role | Answers | What it does |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Every other answer is a problem of RFC 9457 (`application/problem+json`) with a `code`, a `cause` and `remedies`.',
    'A remedy has an `action` (an operation id above, or `repeatOperation`, `runAzureCli`, `openUrl`, `signIn`, `manual`),',
    '`arguments` and a `text`.',
    '',
    'A request that starts an operation is answered with 202, the operation and `Operation-Location`. With an',
    '`Operation-Id` header a repeated request is harmless: it is answered with the operation that the first one',
    'started. Another request with the same id is refused with 409 (`OPERATION_ID_REUSED`). The order of the members of',
    'a JSON object does not make another request; the order of a list does.',
    '',
    '`GET /stacks/{name}` has a strong `ETag`, also in the body as `etag`. It changes with the record of the stack: its',
    'spec, its phase, its conditions and the operation that holds it, but not with the progress of the operation. Every',
    'request that starts an operation accepts `If-Match` with one or more ETags, or `*` for a stack that exists, and is',
    'refused with 412 (`PRECONDITION_FAILED`) when none matches, also when another request wins at the same moment.',
    '',
    'The body of `PUT /stacks/{name}` and of its plan works like a merge patch (RFC 7396): an absent field keeps its value, and',
    '`null` gives it its default or takes it away (`cluster.gpu`, `cluster.kubernetesVersion`). A list, and `tags`, are',
    'replaced as a whole; another `access.kind` or `cluster.onShortage.do` starts without the details of the former. A',
    'new stack has the default for each absent field, and needs its `location`.',
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(FILE, apiPage());
