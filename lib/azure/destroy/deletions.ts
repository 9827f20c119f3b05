import { isRestError } from '@azure/core-rest-pipeline';
import type { Failed, Outcome, Pending } from '../../domain/outcome.ts';
import { RETRIES, tryAgain } from '../../domain/retry.ts';
import type { AzureCall } from '../call.ts';
import type { AzureClients } from '../clients.ts';
import { isNotFound, outcomeOf } from '../errors.ts';
import { apiVersions } from './api-versions.ts';

/** A deletion in progress, with its serialized poller. */
export interface Deletion {
  id: string;
  poller: string;
}

/** The state of several deletions. */
export interface Deletions {
  running: Deletion[];
  /** Deletions that Azure did not accept or finish; they are retried. */
  delayed: Pending[];
  /** Deletions that Azure refuses until something is changed. */
  refused: Failed[];
}

/** Starts to delete each of the ids: groups, resources and role assignments. */
export async function beginDeletions(clients: AzureClients, ids: readonly string[]): Promise<Deletions> {
  const { resources } = await clients.resources();
  const versionOf = await apiVersions(clients, ids);
  const items = ids.map((id) => ({ id }));
  return deleteAll(clients, items, async ({ id }) => {
    const poller = resources.deleteById(id.slice(1), versionOf(id));
    await poller.submitted();
    return poller.isDone ? undefined : { id, poller: await poller.serialize() };
  });
}

/** Polls deletions in progress. */
export async function pollDeletions(
  clients: AzureClients,
  deletions: readonly Deletion[],
): Promise<Deletions> {
  const client = await clients.resources();
  const { restorePoller } = await import('@azure/arm-resources');
  return deleteAll(clients, deletions, async ({ id, poller: serialized }) => {
    const poller = restorePoller(client, serialized, client.resources.deleteById);
    await poller.poll();
    return poller.isDone ? undefined : { id, poller: await poller.serialize() };
  });
}

async function deleteAll<T extends { id: string; poller?: string }>(
  { call }: AzureClients,
  items: readonly T[],
  work: (item: T) => Promise<Deletion | undefined>,
): Promise<Deletions> {
  const deleting: Deletions = { running: [], delayed: [], refused: [] };
  await Promise.all(
    items.map(async (item) => {
      try {
        const deletion = await work(item);
        if (deletion !== undefined) deleting.running.push(deletion);
      } catch (error) {
        if (isNotFound(error)) return; // it is gone; the next inventory confirms that
        const { id, poller } = item;
        const outcome = outcomeOfDeletion(error, id, call);
        if (outcome.state === 'failed') deleting.refused.push(outcome);
        // Only the poll failed, not the deletion.
        else if (poller !== undefined && !isConflict(error)) deleting.running.push({ id, poller });
        else if (outcome.state === 'pending') deleting.delayed.push(outcome);
      }
    }),
  );
  return deleting;
}

/**
 * The outcome of an error of a deletion. A conflict is usually temporary: another resource in the group still
 * depends on it or is being created. A deletion that Azure started and gave up is retried too.
 */
function outcomeOfDeletion(error: unknown, id: string, call: AzureCall): Outcome<never> {
  const outcome = outcomeOf(error, describe(id), call);
  if (outcome.state !== 'failed' || !isConflict(error)) return outcome;
  const { code, cause, message } = outcome.problem;
  return code === 'RESOURCE_LOCKED' ? outcome : tryAgain(cause ?? message, RETRIES.azure.deletionConflict);
}

/**
 * Whether Azure refused the deletion with a conflict, or gave it up after it started: that is no error of a
 * request.
 */
const isConflict = (error: unknown): boolean => !isRestError(error) || error.statusCode === 409;

/** "resourceGroups demo-resources", "storageAccounts demost7f3k" */
export const describe = (id: string): string => id.split('/').slice(-2).join(' ');
