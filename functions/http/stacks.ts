import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { destroyStack, previewDestroy } from '../../lib/commands/destroy-stack.ts';
import { getEnvironment } from '../../lib/commands/get-environment.ts';
import { getOutputs } from '../../lib/commands/get-outputs.ts';
import { hibernateStack } from '../../lib/commands/hibernate-stack.ts';
import { planStack, provisionStack } from '../../lib/commands/provision-stack.ts';
import { getStack, listEvents, listStacks } from '../../lib/commands/read-stacks.ts';
import { unlockStack } from '../../lib/commands/unlock-stack.ts';
import { planStackUpgrade, upgradeStack } from '../../lib/commands/upgrade-stack.ts';
import { wakeStack } from '../../lib/commands/wake-stack.ts';
import { chosenId } from '../../lib/domain/operation-id.ts';
import { invalidRequest } from '../../lib/domain/spec.ts';
import type { OperationView } from '../../lib/domain/status.ts';
import { jsonBody } from './body.ts';
import { endpoint, type Call } from './endpoint.ts';

endpoint('listStacks', {
  methods: ['GET'],
  route: 'stacks',
  handle: async ({ services, principal, request }) => ({
    jsonBody: { stacks: await listStacks(services, principal, request.query.get('all') === 'true') },
  }),
});

endpoint('getStack', {
  methods: ['GET'],
  route: 'stacks/{name}',
  handle: async (call) => ({ jsonBody: await getStack(call.services, call.principal, nameIn(call)) }),
});

endpoint('planStack', {
  methods: ['POST'],
  route: 'stacks/{name}/plan',
  handle: async (call) => ({
    jsonBody: await planStack(call.services, call.principal, nameIn(call), await jsonBody(call.request)),
  }),
});

endpoint('provisionStack', {
  methods: ['PUT'],
  route: 'stacks/{name}',
  handle: async (call) => {
    const body = await jsonBody(call.request);
    const allowRemoval = call.request.query.get('allowRemoval') === 'true';
    const request = { name: nameIn(call), body, allowRemoval, ...chosenIdIn(call) };
    const result = await provisionStack(call.services, call.workflows, call.principal, request);
    return 'operation' in result ? accepted(call, result.operation) : { jsonBody: result.stack };
  },
});

endpoint('destroyStack', {
  methods: ['DELETE'],
  route: 'stacks/{name}',
  handle: async (call) => {
    const keepData = call.request.query.get('keepData') === 'true';
    const request = { name: nameIn(call), keepData, ...chosenIdIn(call) };
    return accepted(call, await destroyStack(call.services, call.workflows, call.principal, request));
  },
});

endpoint('getInventory', {
  methods: ['GET'],
  route: 'stacks/{name}/inventory',
  handle: async (call) => {
    const keepData = call.request.query.get('keepData') === 'true';
    const request = { name: nameIn(call), keepData };
    return { jsonBody: await previewDestroy(call.services, call.principal, request) };
  },
});

endpoint('planStackUpgrade', {
  methods: ['POST'],
  route: 'stacks/{name}/upgrade/plan',
  handle: async (call) => ({
    jsonBody: await planStackUpgrade(call.services, call.principal, nameIn(call)),
  }),
});

endpoint('upgradeStack', {
  methods: ['POST'],
  route: 'stacks/{name}/upgrade',
  handle: async (call) => {
    const request = { name: nameIn(call), ...chosenIdIn(call) };
    return accepted(call, await upgradeStack(call.services, call.workflows, call.principal, request));
  },
});

endpoint('hibernateStack', {
  methods: ['POST'],
  route: 'stacks/{name}/hibernate',
  handle: async (call) => {
    const request = { name: nameIn(call), ...chosenIdIn(call) };
    return accepted(call, await hibernateStack(call.services, call.workflows, call.principal, request));
  },
});

endpoint('wakeStack', {
  methods: ['POST'],
  route: 'stacks/{name}/wake',
  handle: async (call) => {
    const request = { name: nameIn(call), ...chosenIdIn(call) };
    return accepted(call, await wakeStack(call.services, call.workflows, call.principal, request));
  },
});

endpoint('getOutputs', {
  methods: ['GET'],
  route: 'stacks/{name}/outputs',
  handle: async (call) => {
    const reveal = call.request.query.get('reveal') === 'true';
    return {
      jsonBody: await getOutputs(call.services, call.principal, { name: nameIn(call), reveal }),
      headers: { 'cache-control': 'no-store' },
    };
  },
});

endpoint('getEnvironment', {
  methods: ['GET'],
  route: 'stacks/{name}/environment',
  handle: async (call) => {
    const from = call.request.query.get('cluster') === 'true' ? 'cluster' : 'outside';
    return {
      jsonBody: await getEnvironment(call.services, call.principal, { name: nameIn(call), from }),
    };
  },
});

endpoint('listEvents', {
  methods: ['GET'],
  route: 'stacks/{name}/events',
  handle: async (call) => ({
    jsonBody: { events: await listEvents(call.services, call.principal, nameIn(call)) },
  }),
});

const unlockRequest = z.strictObject({ force: z.boolean().default(false) });

endpoint('unlockStack', {
  methods: ['POST'],
  route: 'stacks/{name}/unlock',
  handle: async (call) => {
    const parsed = unlockRequest.safeParse(await jsonBody(call.request));
    if (!parsed.success) throw invalidRequest(parsed.error);
    const request = { name: nameIn(call), ...parsed.data };
    return { jsonBody: await unlockStack(call.services, call.workflows, call.principal, request) };
  },
});

const nameIn = ({ request }: Call): string => request.params['name'] ?? '';

/** The caller's own id for the operation, as Azure's API guidelines have it. */
function chosenIdIn({ request }: Call): { chosenId?: string } {
  const chosen = request.headers.get('operation-id');
  if (chosen === null) return {};
  const parsed = chosenId.safeParse(chosen);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return { chosenId: parsed.data };
}

const accepted = ({ request }: Call, operation: OperationView): HttpResponseInit => ({
  status: 202,
  headers: {
    'operation-location': new URL(`/api/v1/operations/${operation.id}`, request.url).href,
    'retry-after': '5',
  },
  jsonBody: operation,
});
