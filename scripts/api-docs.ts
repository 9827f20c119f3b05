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
    '`Operation-Id` header a repeated request is harmless.',
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(FILE, apiPage());
