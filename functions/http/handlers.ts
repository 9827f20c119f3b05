import { openApiDocument } from '../../lib/api/openapi.ts';
import type { OperationView } from '../../lib/api/operation.ts';
import {
  BASE_PATH,
  type OperationId,
  type RequestOf,
  type ResponseOf,
  type Routes,
} from '../../lib/api/routes.ts';
import { destroyStack, previewDestroy } from '../../lib/commands/destroy-stack.ts';
import { getEnvironment } from '../../lib/commands/get-environment.ts';
import { getOutputs } from '../../lib/commands/get-outputs.ts';
import { hibernateStack } from '../../lib/commands/hibernate-stack.ts';
import { planStack, provisionStack } from '../../lib/commands/provision-stack.ts';
import { readCatalogue } from '../../lib/commands/read-catalogue.ts';
import {
  getOperation,
  getStack,
  listEvents,
  listReceipts,
  listStacks,
} from '../../lib/commands/read-stacks.ts';
import { unlockStack } from '../../lib/commands/unlock-stack.ts';
import { planStackUpgrade, upgradeStack } from '../../lib/commands/upgrade-stack.ts';
import { wakeStack } from '../../lib/commands/wake-stack.ts';
import type { CommandContext } from '../../lib/services.ts';
import manifest from '../../package.json' with { type: 'json' };

export interface Caller extends CommandContext {
  /** The URL of the request. */
  url: string;
}

export interface Reply<Id extends OperationId> {
  status: keyof Routes[Id]['responses'] & number;
  body: ResponseOf<Id>;
  headers?: Record<string, string>;
}

type Handlers = {
  [Id in OperationId]: (caller: Caller, request: RequestOf<Id>) => Reply<Id> | Promise<Reply<Id>>;
};

const ok = <Body>(body: Body, headers?: Record<string, string>) => ({
  status: 200 as const,
  body,
  ...(headers && { headers }),
});

const accepted = ({ url }: Caller, operation: OperationView) => ({
  status: 202 as const,
  body: operation,
  headers: {
    'operation-location': new URL(`${BASE_PATH}/operations/${operation.id}`, url).href,
    ...POLL,
  },
});

/** The suggested interval to poll an operation, in seconds. */
const POLL = { 'retry-after': '5' };

const chosenId = ({ 'operation-id': id }: { 'operation-id'?: string | undefined }) =>
  id === undefined ? {} : { chosenId: id };

/** The handler of each route; each calls one command. */
export const handlers: Handlers = {
  listStacks: async ({ services, principal }, { query }) => ok(await listStacks(services, principal, query)),
  getStack: async ({ services, principal }, { params }) =>
    ok(await getStack(services, principal, params.name)),
  planStack: async ({ services, principal }, { params, body }) =>
    ok(await planStack(services, principal, params.name, body)),
  provisionStack: async (caller, { params, query, body, headers }) => {
    const request = { ...params, ...query, request: body, ...chosenId(headers) };
    const result = await provisionStack(caller, request);
    return 'operation' in result ? accepted(caller, result.operation) : ok(result.stack);
  },
  destroyStack: async (caller, { params, query, headers }) =>
    accepted(caller, await destroyStack(caller, { ...params, ...query, ...chosenId(headers) })),
  getInventory: async ({ services, principal }, { params, query }) =>
    ok(await previewDestroy(services, principal, { ...params, ...query })),
  listReceipts: async ({ services, principal }, { params, query }) =>
    ok(await listReceipts(services, principal, { ...params, ...query })),
  planStackUpgrade: async ({ services, principal }, { params }) =>
    ok(await planStackUpgrade(services, principal, params.name)),
  upgradeStack: async (caller, { params, headers }) =>
    accepted(caller, await upgradeStack(caller, { ...params, ...chosenId(headers) })),
  hibernateStack: async (caller, { params, headers }) =>
    accepted(caller, await hibernateStack(caller, { ...params, ...chosenId(headers) })),
  wakeStack: async (caller, { params, headers }) =>
    accepted(caller, await wakeStack(caller, { ...params, ...chosenId(headers) })),
  getOutputs: async ({ services, principal }, { params, query }) =>
    ok(await getOutputs(services, principal, { ...params, ...query }), { 'cache-control': 'no-store' }),
  getEnvironment: async ({ services, principal }, { params, query }) => {
    const from = query.cluster ? 'cluster' : 'outside';
    return ok(await getEnvironment(services, principal, { ...params, from }));
  },
  listEvents: async ({ services, principal }, { params, query }) =>
    ok(await listEvents(services, principal, { ...params, ...query })),
  unlockStack: async (caller, { params, body }) => ok(await unlockStack(caller, { ...params, ...body })),
  getOperation: async ({ services, principal }, { params }) => {
    const operation = await getOperation(services, principal, params.id);
    return ok(operation, operation.state === 'Running' ? POLL : undefined);
  },
  readCatalogue: ({ services }) => ok(readCatalogue(services)),
  readHealth: () => ok({ status: 'ok', version: manifest.version }),
  readOpenApi: () => ok(openApiDocument(manifest.version)),
};
