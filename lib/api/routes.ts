import { z } from 'zod';
import { POLICY, type CommandName } from '../domain/policy.ts';
import { chosenId } from '../domain/operation-id.ts';
import type { Role } from '../domain/principal.ts';
import { LONGEST_WORD } from '../domain/spec.ts';
import { clusterRoutes } from './cluster-routes.ts';
import { imageRoutes } from './image-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { operationView, receiptList } from './operation.ts';
import { planView } from './plan.ts';
import { entityTags, flag, page, stackName } from './schemas.ts';
import { catalogueView, health } from './service.ts';
import { signInRoutes } from './sign-in-routes.ts';
import {
  environment,
  eventList,
  inventoryView,
  outputValues,
  stackDetail,
  stackList,
  stackRequest,
  unlockRequest,
} from './stack.ts';

/** The path of every route, below the host. */
export const BASE_PATH = '/api/v1';

/**
 * A request of the HTTP contract and its successful responses. Every other response is a problem (RFC 9457).
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base path, with parameters in braces. */
  path: string;
  summary: string;
  /** Absent when the route needs no sign-in. */
  role?: Role;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodObject;
  /** The largest body in bytes; 64 KiB unless given. */
  maxBody?: number;
  /** By HTTP status. */
  responses: Readonly<Record<number, z.ZodType>>;
}

const stack = z.strictObject({ name: stackName });
const keepData = z.strictObject({ keepData: flag });
const word = z.string().max(LONGEST_WORD);

/** The headers of a request that starts an operation. Other headers are ignored. */
const conditions = z.object({
  'operation-id': chosenId
    .meta({ description: 'Chosen by the caller, so that a repeated request has no second effect.' })
    .optional(),
  'if-match': entityTags
    .meta({ description: 'The ETag of the stack that the request is for, or * for any that exists.' })
    .optional(),
});

const begins = { headers: conditions, responses: { 202: operationView } };

const role = (command: CommandName): { role: Role } => ({ role: POLICY[command].role });

/** The HTTP contract, by operation id. The server, the client and the OpenAPI document are built from it. */
export const routes = {
  listStacks: {
    method: 'GET',
    path: '/stacks',
    summary: 'List the stacks by name, in pages',
    ...role('listStacks'),
    query: z.strictObject({ all: flag.meta({ description: 'Include destroyed stacks.' }), ...page }),
    responses: { 200: stackList },
  },
  getStack: {
    method: 'GET',
    path: '/stacks/{name}',
    summary: 'Show a stack with its active or last operation',
    ...role('getStack'),
    params: stack,
    responses: { 200: stackDetail },
  },
  provisionStack: {
    method: 'PUT',
    path: '/stacks/{name}',
    summary: 'Create a stack, change it, or continue a provision that failed',
    ...role('provisionStack'),
    params: stack,
    query: z.strictObject({
      allowRemoval: flag.meta({ description: 'Remove components that hold data, and their data.' }),
    }),
    body: stackRequest,
    headers: conditions,
    /** 200 when the stack is Ready and unchanged: no operation is started. */
    responses: { 200: stackDetail, 202: operationView },
  },
  planStack: {
    method: 'POST',
    path: '/stacks/{name}/plan',
    summary: 'Show what a provision changes',
    ...role('planStack'),
    params: stack,
    body: stackRequest,
    responses: { 200: planView },
  },
  destroyStack: {
    method: 'DELETE',
    path: '/stacks/{name}',
    summary: 'Delete a stack and all its resources in Azure',
    ...role('destroyStack'),
    params: stack,
    query: keepData,
    ...begins,
  },
  getInventory: {
    method: 'GET',
    path: '/stacks/{name}/inventory',
    summary: 'List what a destroy operation deletes and keeps',
    ...role('getInventory'),
    params: stack,
    query: keepData,
    responses: { 200: inventoryView },
  },
  listReceipts: {
    method: 'GET',
    path: '/stacks/{name}/receipts',
    summary: 'List the receipts of all destroy operations, in pages; each page is sorted, newest first',
    ...role('listReceipts'),
    params: stack,
    query: z.strictObject(page),
    responses: { 200: receiptList },
  },
  upgradeStack: {
    method: 'POST',
    path: '/stacks/{name}/upgrade',
    summary: 'Move the tools to the versions of the catalogue',
    ...role('upgradeStack'),
    params: stack,
    ...begins,
  },
  planStackUpgrade: {
    method: 'POST',
    path: '/stacks/{name}/upgrade/plan',
    summary: 'Show what an upgrade changes',
    ...role('planStackUpgrade'),
    params: stack,
    responses: { 200: planView },
  },
  hibernateStack: {
    method: 'POST',
    path: '/stacks/{name}/hibernate',
    summary: 'Stop the cluster and keep everything in it',
    ...role('hibernateStack'),
    params: stack,
    ...begins,
  },
  wakeStack: {
    method: 'POST',
    path: '/stacks/{name}/wake',
    summary: 'Start the cluster of a hibernated stack',
    ...role('wakeStack'),
    params: stack,
    ...begins,
  },
  verifyStack: {
    method: 'POST',
    path: '/stacks/{name}/verify',
    summary:
      'Run a pipeline on the cluster and serve the model that it trains; gives way to other operations',
    ...role('verifyStack'),
    params: stack,
    ...begins,
  },
  getOutputs: {
    method: 'GET',
    path: '/stacks/{name}/outputs',
    summary: 'Show addresses, names and, on request, credentials',
    ...role('getOutputs'),
    params: stack,
    query: z
      .strictObject({
        reveal: flag.meta({
          description: 'Show secrets. Needs the role Operator and is recorded as an event.',
        }),
        resource: word.optional().meta({ description: 'Only this resource, such as `pipeline`.' }),
        property: word.optional().meta({ description: 'Only this property of the resource.' }),
      })
      .refine(({ resource, property }) => property === undefined || resource !== undefined, {
        path: ['property'],
        error: 'needs a resource',
      }),
    responses: { 200: outputValues },
  },
  getEnvironment: {
    method: 'GET',
    path: '/stacks/{name}/environment',
    summary: 'Show the environment variables for clients of the tools',
    ...role('getEnvironment'),
    params: stack,
    query: z.strictObject({
      cluster: flag.meta({ description: 'For pods of the cluster.' }),
      reveal: flag.meta({
        description: 'Include what signs in. Needs the role Operator and is recorded as an event.',
      }),
    }),
    responses: { 200: environment },
  },
  listEvents: {
    method: 'GET',
    path: '/stacks/{name}/events',
    summary: 'List the events of a stack, newest first, in pages',
    ...role('listEvents'),
    params: stack,
    query: z.strictObject(page),
    responses: { 200: eventList },
  },
  unlockStack: {
    method: 'POST',
    path: '/stacks/{name}/unlock',
    summary: 'End an operation that is dead, so that its stack becomes free',
    ...role('unlockStack'),
    params: stack,
    body: unlockRequest,
    responses: { 200: stackDetail },
  },
  getOperation: {
    method: 'GET',
    path: '/operations/{id}',
    summary: 'Show an operation with its steps',
    ...role('getOperation'),
    params: z.strictObject({ id: z.string() }),
    responses: { 200: operationView },
  },
  cancelOperation: {
    method: 'POST',
    path: '/operations/{id}/cancel',
    summary: 'Cancel a running operation; the stack can be continued',
    ...role('cancelOperation'),
    params: z.strictObject({ id: z.string() }),
    responses: { 202: operationView },
  },
  ...clusterRoutes,
  ...imageRoutes,
  ...linkRoutes,
  readCatalogue: {
    method: 'GET',
    path: '/catalogue',
    summary: 'List presets, components and regions',
    ...role('readCatalogue'),
    responses: { 200: catalogueView },
  },
  ...signInRoutes,
  readHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Show that the server is running, and its version',
    responses: { 200: health },
  },
  readOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    responses: { 200: z.record(z.string(), z.unknown()) },
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type OperationId = keyof Routes;

type RequestPart<R, Name extends 'params' | 'query' | 'headers' | 'body'> =
  R extends Record<Name, infer Schema extends z.ZodType> ? { [N in Name]: z.output<Schema> } : unknown;

/** The parts of a request after parsing. */
export type RequestOf<Id extends OperationId> = RequestPart<Routes[Id], 'params'> &
  RequestPart<Routes[Id], 'query'> &
  RequestPart<Routes[Id], 'headers'> &
  RequestPart<Routes[Id], 'body'>;

/** The parts of a request as a client sends them. */
export type ClientRequestOf<Id extends OperationId> = RequestPart<Routes[Id], 'params'> &
  (Routes[Id] extends { query: infer Schema extends z.ZodType }
    ? { query?: Partial<z.output<Schema>> }
    : unknown) &
  (Routes[Id] extends { body: infer Schema extends z.ZodType } ? { body: z.input<Schema> } : unknown);

/** The bodies of the successful responses. */
export type ResponseOf<Id extends OperationId> = {
  [Status in keyof Routes[Id]['responses']]: Routes[Id]['responses'][Status] extends z.ZodType
    ? z.output<Routes[Id]['responses'][Status]>
    : never;
}[keyof Routes[Id]['responses']];

export const operationIds = Object.keys(routes) as OperationId[];
