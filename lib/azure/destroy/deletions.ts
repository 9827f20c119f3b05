import { isRestError } from '@azure/core-rest-pipeline';
import type { Failed, Outcome, Pending } from '../../domain/outcome.ts';
import { RETRIES, tryAgain } from '../../domain/retry.ts';
import type { AzureCall } from '../call.ts';
import type { AzureClients } from '../clients.ts';
import { isNotFound, outcomeOf } from '../errors.ts';
import { apiVersions } from './api-versions.ts';

/** A deletion that goes on in Azure, with the poller that follows it. */
export interface Deletion {
  id: string;
  poller: string;
}

/** How far some deletions have come. */
export interface Deleting {
  running: Deletion[];
  /** Azure did not take or finish them now; they are tried again. */
  delayed: Pending[];
  /** Azure refuses, and will until somebody changes something. */
  refused: Failed[];
}

/** Asks Azure to delete each of the ids: groups, resources and roles alike are deleted by their id. */
export async function beginDeletions(clients: AzureClients, ids: readonly string[]): Promise<Deleting> {
  const { resources } = await clients.resources();
  const versionOf = await apiVersions(clients, ids);
  const items = ids.map((id) => ({ id }));
  return deleteAll(clients, items, async ({ id }) => {
    const poller = resources.deleteById(id.slice(1), versionOf(id));
    await poller.submitted();
    return poller.isDone ? undefined : { id, poller: await poller.serialize() };
  });
}

/** Asks Azure how far deletions are that were begun before. */
export async function pollDeletions(
  clients: AzureClients,
  deletions: readonly Deletion[],
): Promise<Deleting> {
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
): Promise<Deleting> {
  const deleting: Deleting = { running: [], delayed: [], refused: [] };
  await Promise.all(
    items.map(async (item) => {
      try {
        const deletion = await work(item);
        if (deletion !== undefined) deleting.running.push(deletion);
      } catch (error) {
        if (isNotFound(error)) return; // gone already; the next look tells for certain
        const { id, poller } = item;
        const outcome = outcomeOfDeletion(error, id, call);
        if (outcome.state === 'failed') deleting.refused.push(outcome);
        // Only the question went wrong, not the deletion that it was about.
        else if (poller !== undefined && !isConflict(error)) deleting.running.push({ id, poller });
        else if (outcome.state === 'pending') deleting.delayed.push(outcome);
      }
    }),
  );
  return deleting;
}

/**
 * What an error means for a deletion. A conflict passes more often than not: something else in the group still
 * needs it, or is being made. So does a deletion that Azure began and gave up.
 */
function outcomeOfDeletion(error: unknown, id: string, call: AzureCall): Outcome<never> {
  const outcome = outcomeOf(error, describe(id), call);
  if (outcome.state !== 'failed' || !isConflict(error)) return outcome;
  const { code, cause, message } = outcome.problem;
  return code === 'RESOURCE_LOCKED' ? outcome : tryAgain(cause ?? message, RETRIES.azure.deletionConflict);
}

/** Whether Azure did not take a deletion now, or began it and gave up, which is no answer to a request. */
const isConflict = (error: unknown): boolean => !isRestError(error) || error.statusCode === 409;

/** "resourceGroups demo-resources", "storageAccounts demost7f3k" */
export const describe = (id: string): string => id.split('/').slice(-2).join(' ');
