import type { ManagedCluster } from '@azure/arm-containerservice';
import { done, failed, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { repeatOperation } from '../domain/remedies.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import type { AzureClients } from './clients.ts';
import { unchangedBody } from './desired/control-plane.ts';
import { reconcile } from './reconcile.ts';
import { isShortage } from './shortage.ts';

/** Stops the cluster; its state stays for twelve months, its nodes and their cost go. */
export const stopCluster = (
  clients: AzureClients,
  input: StepInputs['stopCluster'],
  resume?: string,
): Promise<Outcome> => switchPower(clients, input, 'Stopped', resume);

/** Starts a stopped cluster, which may then have another address. A start that failed can be repeated. */
export async function startCluster(
  clients: AzureClients,
  input: StepInputs['startCluster'],
  resume?: string,
): Promise<Outcome> {
  const outcome = await switchPower(clients, input, 'Running', resume);
  if (outcome.state !== 'failed' || !isShortage(outcome.problem)) return outcome;
  const later = repeatOperation('Run it again later; the cluster keeps its state for twelve months.');
  return failed({ ...outcome.problem, remedies: [later] });
}

async function switchPower(
  clients: AzureClients,
  { resourceGroup, cluster }: StepInputs['stopCluster'],
  power: 'Running' | 'Stopped',
  resume?: string,
): Promise<Outcome> {
  const client = await clients.clusters();
  const { restorePoller } = await import('@azure/arm-containerservice');
  const { managedClusters } = client;
  const outcome = await reconcile<ManagedCluster>(
    clients,
    {
      title: titleOf(KINDS.cluster, cluster),
      pollEvery: 10,
      get: () => managedClusters.get(resourceGroup, cluster),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: ({ powerState }) => powerState?.code === power,
      submit(found) {
        if (power === 'Stopped')
          return { doing: 'Stopping', poller: managedClusters.stop(resourceGroup, cluster) };
        // A start that failed leaves a cluster that counts as running: AKS refuses to start it, but an update repairs it.
        if (found?.powerState?.code === 'Running')
          return {
            doing: 'Repairing',
            poller: managedClusters.createOrUpdate(resourceGroup, cluster, unchangedBody(found)),
          };
        return { doing: 'Starting', poller: managedClusters.start(resourceGroup, cluster) };
      },
      restore: (serialized) => ({ poller: restorePoller(client, serialized, managedClusters.start) }),
      ifAbsent: problem('RESOURCE_GONE', `${titleOf(KINDS.cluster, cluster)} does not exist.`),
    },
    resume,
  );
  return outcome.state === 'ready' ? done : outcome;
}
