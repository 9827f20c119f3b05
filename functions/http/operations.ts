import { getOperation } from '../../lib/commands/read-stacks.ts';
import { endpoint } from './endpoint.ts';

endpoint('getOperation', {
  methods: ['GET'],
  route: 'operations/{id}',
  handle: async ({ services, principal, request }) => {
    const operation = await getOperation(services, principal, request.params['id'] ?? '');
    return { jsonBody: operation, ...(operation.state === 'Running' && { headers: { 'retry-after': '5' } }) };
  },
});
