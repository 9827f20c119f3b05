import type { Step, StepInputs } from '../domain/plan.ts';
import type { Outcome } from '../domain/outcome.ts';
import { clientFactory, type AzureClients, type AzureOptions } from './clients.ts';
import { clusterToken, ensureClusterAccess, kubeconfig } from './access.ts';
import { checkAvailability } from './availability.ts';
import { ensureCluster } from './managed-cluster.ts';
import { ensureIdentities, readIdentity } from './identities.ts';
import { inventory } from './inventory.ts';
import { observe } from './observe.ts';
import { ensureRegistry } from './registry.ts';
import { startCluster, stopCluster } from './power.ts';
import type { StepContext } from './shortage.ts';
import { preflight } from './preflight/index.ts';
import { deleteResources, type DestroyState } from './destroy/index.ts';
import { ensureResourceGroup } from './resource-group.ts';
import { ensureStorageRoles } from './roles.ts';
import { removeUnused } from './unused.ts';
import { connectionString, ensureStorage } from './storage.ts';

/** All that Matcha asks of Azure Resource Manager. What goes wrong is an outcome. */
export function createAzure(options: AzureOptions) {
  // Every call has its own clients, which write down what Azure says in it.
  const clients = clientFactory(options);
  /** The outcome has Azure's correlation id of the last request. */
  const inCall = async <T>(work: (clients: AzureClients) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    const own = clients();
    const outcome = await work(own);
    const { correlationId } = own.call;
    return correlationId === undefined ? outcome : { ...outcome, correlationId };
  };
  return {
    ensureResourceGroup: (input: StepInputs['ensureResourceGroup']) =>
      inCall((own) => ensureResourceGroup(own, input)),
    ensureStorage: (input: StepInputs['ensureStorage'], resume?: string) =>
      inCall((own) => ensureStorage(own, input, resume)),
    ensureRegistry: (input: StepInputs['ensureRegistry'], resume?: string) =>
      inCall((own) => ensureRegistry(own, input, resume)),
    ensureIdentities: (input: StepInputs['ensureIdentities']) =>
      inCall((own) => ensureIdentities(own, input)),
    ensureStorageRoles: (input: StepInputs['ensureStorageRoles']) =>
      inCall((own) => ensureStorageRoles(own, options, input)),
    ensureCluster: (input: StepInputs['ensureCluster'], call: StepContext) =>
      inCall((own) => ensureCluster(own, options, input, call)),
    ensureClusterAccess: (input: StepInputs['ensureClusterAccess']) =>
      inCall((own) => ensureClusterAccess(own, options, input)),
    /** What the steps of a plan would change in Azure now. */
    observe: (steps: readonly Step[]) => observe(clients(), steps),
    checkAvailability: (
      input: StepInputs['ensureCluster'],
      asked: { isNewVersion: boolean; hasNewPool: boolean },
    ) => checkAvailability(clients(), options, input, asked),
    removeUnused: (input: StepInputs['removeUnused'], resume?: string) =>
      inCall((own) => removeUnused(own, input, resume)),
    preflight: (input: StepInputs['preflight']) => inCall((own) => preflight(own, options, input)),
    stopCluster: (input: StepInputs['stopCluster'], resume?: string) =>
      inCall((own) => stopCluster(own, input, resume)),
    startCluster: (input: StepInputs['startCluster'], resume?: string) =>
      inCall((own) => startCluster(own, input, resume)),
    deleteResources: (input: StepInputs['deleteResources'], state: DestroyState) =>
      inCall((own) => deleteResources(own, options, input, state)),
    inventory: (input: StepInputs['takeInventory'], known: readonly string[]) =>
      inventory(clients(), options, input, known),
    identity: (resourceGroup: string, name: string) => readIdentity(clients(), resourceGroup, name),
    kubeconfig: (resourceGroup: string, cluster: string) => kubeconfig(clients(), resourceGroup, cluster),
    clusterToken: () => clusterToken(options),
    connectionString: (resourceGroup: string, account: string) =>
      connectionString(clients(), resourceGroup, account),
  };
}

export type Azure = ReturnType<typeof createAzure>;
