import { ARM } from './arm.ts';
import type { Azure, Call, Operation, Reply } from './arm.ts';
import { RETRY_AFTER } from './durations.ts';
import { refuse } from './errors.ts';

const namespaceOf = (type: string) => type.split('/')[0] ?? '';

const retryAfter = (operation: Operation) => ({
  'retry-after': String(RETRY_AFTER[namespaceOf(operation.type).toLowerCase()] ?? 10),
});

function urlOf(
  azure: Azure,
  operation: Operation,
  kind: 'operations' | 'operationresults',
  call: Call,
): string {
  const namespace = namespaceOf(operation.type);
  const location = azure.resources.get(operation.resource)?.location ?? 'global';
  // A group's operations belong to no provider.
  const base = namespace === 'Microsoft.Resources' ? '' : `/providers/${namespace}/locations/${location}`;
  return `${ARM}/subscriptions/${azure.subscriptionId}${base}/${kind}/${operation.id}?api-version=${call.apiVersion}`;
}

/** The header by which an operation's status can be polled. */
export const asyncOperation = (azure: Azure, operation: Operation, call: Call) => ({
  'azure-asyncoperation': urlOf(azure, operation, 'operations', call),
});

/** The headers by which an operation's result can be polled. */
export const locationOf = (azure: Azure, operation: Operation, call: Call) => ({
  location: urlOf(azure, operation, 'operationresults', call),
  ...retryAfter(operation),
});

const find = (azure: Azure, id: string): Operation => {
  const operation = azure.operations.find(id);
  if (!operation) throw refuse(404, 'NotFound', `The operation '${id}' could not be found.`);
  return operation;
};

/** Answers a poll of an Azure-AsyncOperation URL: always 200, the body tells the status. */
export function pollStatus(azure: Azure, id: string): Reply {
  const operation = find(azure, id);
  const { status, failure, startedAt, dueAt } = operation;
  const startTime = new Date(startedAt).toISOString();
  if (status === 'InProgress')
    return { status: 200, body: { name: id, status, startTime }, headers: retryAfter(operation) };
  const endTime = new Date(dueAt).toISOString();
  return { status: 200, body: { name: id, status, startTime, endTime, ...(failure && { error: failure }) } };
}

/** Answers a poll of a Location URL: 202 while it runs, then the result. */
export function pollResult(azure: Azure, id: string, call: Call): Reply {
  const operation = find(azure, id);
  if (operation.status === 'InProgress') return { status: 202, headers: locationOf(azure, operation, call) };
  if (operation.failure) throw refuse(409, operation.failure.code, operation.failure.message);
  const resource = azure.resources.get(operation.resource);
  const isWrite = operation.verb === 'create' || operation.verb === 'update';
  return isWrite && resource ? { status: 200, body: resource } : { status: 200 };
}
