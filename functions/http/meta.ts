import { app } from '@azure/functions';
import { readCatalogue } from '../../lib/commands/read-catalogue.ts';
import { problemJson, problem } from '../../lib/domain/problem.ts';
import manifest from '../../package.json' with { type: 'json' };
import { endpoint } from './endpoint.ts';

endpoint('readCatalogue', {
  methods: ['GET'],
  route: 'catalogue',
  handle: ({ services }) => Promise.resolve({ jsonBody: readCatalogue(services) }),
});

endpoint('readHealth', {
  methods: ['GET'],
  route: 'health',
  isOpen: true,
  handle: () => Promise.resolve({ jsonBody: { status: 'ok', version: manifest.version } }),
});

// Whatever no other route takes is answered in the same form.
app.http('notFound', {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  route: '{*path}',
  authLevel: 'anonymous',
  handler: ({ method, params }) => ({
    status: 404,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify(
      problemJson(problem('NOT_FOUND', `There is no ${method} /api/${params['path'] ?? ''}.`)),
    ),
  }),
});
