import { ARM } from './arm.ts';
import type { Azure, ArmRequest, Operation, Reply } from './arm.ts';
import { RETRY_AFTER } from './durations.ts';
import { armError } from './errors.ts';

const namespaceOf = (type: string) => type.split('/')[0] ?? '';

const retryAfter = (operation: Operation) => ({
  'retry-after': String(RETRY_AFTER[namespaceOf(operation.type).toLowerCase()] ?? 10),
});

function urlOf(
  azure: Azure,
  operation: Operation,
  kind: 'operations' | 'operationresults',
  request: ArmRequest,
): string {
  const namespace = namespaceOf(operation.type);
  const location = azure.resources.get(operation.resource)?.location ?? 'global';
  // The operations of resource groups have no provider in their URL.
  const base = namespace === 'Microsoft.Resources' ? '' : `/providers/${namespace}/locations/${location}`;
  return `${ARM}/subscriptions/${azure.subscriptionId}${base}/${kind}/${operation.id}?api-version=${request.apiVersion}`;
}

/** The header with the status URL of an operation. */
export const asyncOperation = (azure: Azure, operation: Operation, request: ArmRequest) => ({
  'azure-asyncoperation': urlOf(azure, operation, 'operations', request),
});

/** The headers with the result URL of an operation. */
export const locationOf = (azure: Azure, operation: Operation, request: ArmRequest) => ({
  location: urlOf(azure, operation, 'operationresults', request),
  ...retryAfter(operation),
});

const find = (azure: Azure, id: string): Operation => {
  const operation = azure.operations.find(id);
  if (!operation) throw armError(404, 'NotFound', `The operation '${id}' could not be found.`);
  return operation;
};

/** Handles a poll of an Azure-AsyncOperation URL: always 200, with the status in the body. */
export function pollStatus(azure: Azure, id: string): Reply {
  const operation = find(azure, id);
  const { status, failure, startedAt, dueAt } = operation;
  const startTime = new Date(startedAt).toISOString();
  if (status === 'InProgress')
    return { status: 200, body: { name: id, status, startTime }, headers: retryAfter(operation) };
  const endTime = new Date(dueAt).toISOString();
  return { status: 200, body: { name: id, status, startTime, endTime, ...(failure && { error: failure }) } };
}

/** Handles a poll of a Location URL: 202 while the operation is in progress, then the result. */
export function pollResult(azure: Azure, id: string, request: ArmRequest): Reply {
  const operation = find(azure, id);
  if (operation.status === 'InProgress')
    return { status: 202, headers: locationOf(azure, operation, request) };
  if (operation.failure) throw armError(409, operation.failure.code, operation.failure.message);
  const resource = azure.resources.get(operation.resource);
  const isWrite = operation.verb === 'create' || operation.verb === 'update';
  return isWrite && resource ? { status: 200, body: resource } : { status: 200 };
}
