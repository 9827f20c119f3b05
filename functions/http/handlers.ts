import { openApiDocument } from '../../lib/api/openapi.ts';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import {
  BASE_PATH,
  type OperationId,
  type RequestOf,
  type ResponseOf,
  type Routes,
} from '../../lib/api/routes.ts';
import type { RequestOptions } from '../../lib/commands/begin-operation.ts';
import { createLink, listLinks, removeLinks } from '../../lib/commands/chat/links.ts';
import { cancelOperation } from '../../lib/commands/cancel-operation.ts';
import { destroyStack, previewDestroy } from '../../lib/commands/destroy-stack.ts';
import { getCluster } from '../../lib/commands/get-cluster.ts';
import { getEnvironment } from '../../lib/commands/get-environment.ts';
import { getOutputs } from '../../lib/commands/get-outputs.ts';
import { issueCredentials } from '../../lib/commands/issue-credentials.ts';
import { hibernateStack } from '../../lib/commands/hibernate-stack.ts';
import { planStack, provisionStack } from '../../lib/commands/provision-stack.ts';
import { readCatalogue } from '../../lib/commands/read-catalogue.ts';
import { readLogs } from '../../lib/commands/read-logs.ts';
import {
  getOperation,
  getStack,
  listEvents,
  listReceipts,
  listStacks,
} from '../../lib/commands/read-stacks.ts';
import { buildImage, getImage, getImageLog, listImages } from '../../lib/commands/stack-images.ts';
import { listAccessEvents, readSignIn, whoAmI } from '../../lib/commands/sign-in.ts';
import { unlockStack } from '../../lib/commands/unlock-stack.ts';
import { planStackUpgrade, upgradeStack } from '../../lib/commands/upgrade-stack.ts';
import { verifyStack } from '../../lib/commands/verify-stack.ts';
import { wakeStack } from '../../lib/commands/wake-stack.ts';
import { isOver } from '../../lib/domain/status.ts';
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

/** For answers with secrets. */
const NOT_STORED = { 'cache-control': 'no-store' };

/** The suggested interval to poll an operation, in seconds. */
const POLL = { 'retry-after': '5' };

interface ConditionHeaders {
  'operation-id'?: string | undefined;
  'if-match'?: string | undefined;
}

const options = ({ 'operation-id': chosenId, 'if-match': ifMatch }: ConditionHeaders): RequestOptions => ({
  ...(chosenId !== undefined && { chosenId }),
  ...(ifMatch !== undefined && { ifMatch }),
});

/** A stack with its ETag. */
const shown = (stack: StackDetail) => ok(stack, { etag: stack.etag });

/** The handler of each route; each calls one command. */
export const handlers: Handlers = {
  listStacks: async ({ services, principal }, { query }) => ok(await listStacks(services, principal, query)),
  getStack: async ({ services, principal }, { params }) =>
    shown(await getStack(services, principal, params.name)),
  getCluster: async ({ services, principal }, { params }) =>
    ok(await getCluster(services, principal, params.name)),
  planStack: async ({ services, principal }, { params, body }) =>
    ok(await planStack(services, principal, params.name, body)),
  provisionStack: async (caller, { params, query, body, headers }) => {
    const request = { ...params, ...query, request: body, ...options(headers) };
    const result = await provisionStack(caller, request);
    return 'operation' in result ? accepted(caller, result.operation) : shown(result.stack);
  },
  destroyStack: async (caller, { params, query, headers }) =>
    accepted(caller, await destroyStack(caller, { ...params, ...query, ...options(headers) })),
  getInventory: async ({ services, principal }, { params, query }) =>
    ok(await previewDestroy(services, principal, { ...params, ...query })),
  listReceipts: async ({ services, principal }, { params, query }) =>
    ok(await listReceipts(services, principal, { ...params, ...query })),
  planStackUpgrade: async ({ services, principal }, { params }) =>
    ok(await planStackUpgrade(services, principal, params.name)),
  upgradeStack: async (caller, { params, headers }) =>
    accepted(caller, await upgradeStack(caller, { ...params, ...options(headers) })),
  hibernateStack: async (caller, { params, headers }) =>
    accepted(caller, await hibernateStack(caller, { ...params, ...options(headers) })),
  wakeStack: async (caller, { params, headers }) =>
    accepted(caller, await wakeStack(caller, { ...params, ...options(headers) })),
  verifyStack: async (caller, { params, headers }) =>
    accepted(caller, await verifyStack(caller, { ...params, ...options(headers) })),
  getOutputs: async ({ services, principal }, { params, query }) =>
    ok(await getOutputs(services, principal, { ...params, ...query }), NOT_STORED),
  getEnvironment: async ({ services, principal }, { params, query }) => {
    const from = query.cluster ? 'cluster' : 'outside';
    const { reveal } = query;
    return ok(await getEnvironment(services, principal, { ...params, from, reveal }), NOT_STORED);
  },
  issueCredentials: async ({ services, principal }, { params, query }) =>
    ok(await issueCredentials(services, principal, { ...params, ...query }), NOT_STORED),
  readLogs: async ({ services, principal }, { params, query }) =>
    ok(await readLogs(services, principal, { ...params, ...query })),
  listEvents: async ({ services, principal }, { params, query }) =>
    ok(await listEvents(services, principal, { ...params, ...query })),
  unlockStack: async (caller, { params, body }) => shown(await unlockStack(caller, { ...params, ...body })),
  getOperation: async ({ services, principal }, { params }) => {
    const operation = await getOperation(services, principal, params.id);
    return ok(operation, isOver(operation.state) ? undefined : POLL);
  },
  cancelOperation: async (caller, { params }) => accepted(caller, await cancelOperation(caller, params)),
  buildImage: async ({ services, principal }, { params, body }) => {
    const { image, isNew } = await buildImage(services, principal, { ...params, ...body });
    return { status: isNew ? 201 : 200, body: image };
  },
  listImages: async ({ services, principal }, { params }) =>
    ok(await listImages(services, principal, params.name)),
  getImage: async ({ services, principal }, { params }) => ok(await getImage(services, principal, params)),
  getImageLog: async ({ services, principal }, { params, query }) =>
    ok(await getImageLog(services, principal, { ...params, ...query })),
  createLink: async ({ services, principal }, { body }) => ({
    status: 201,
    body: await createLink(services, principal, body),
    headers: NOT_STORED,
  }),
  listLinks: async ({ services, principal }, { query }) => ok(await listLinks(services, principal, query)),
  removeLinks: async ({ services, principal }, { params, query }) =>
    ok(await removeLinks(services, principal, { ...params, ...query })),
  readCatalogue: ({ services }) => ok(readCatalogue(services)),
  readSignIn: ({ services }) => ok(readSignIn(services)),
  whoAmI: ({ principal }) => ok(whoAmI(principal)),
  listAccessEvents: async ({ services, principal }, { query }) =>
    ok(await listAccessEvents(services, principal, query)),
  readHealth: () => ok({ status: 'ok', version: manifest.version }),
  readOpenApi: () => ok(openApiDocument(manifest.version)),
};
