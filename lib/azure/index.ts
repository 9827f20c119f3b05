import type { Step, StepInputs } from '../domain/plan.ts';
import type { Fence } from '../domain/fence.ts';
import type { Outcome } from '../domain/outcome.ts';
import { clientFactory, type AzureClients, type AzureOptions } from './clients.ts';
import { clusterToken, ensureClusterAccess, kubeconfig } from './access.ts';
import { checkAvailability } from './availability.ts';
import { describeCluster } from './describe-cluster.ts';
import { ensureCluster } from './managed-cluster.ts';
import { ensureImage, imagesOf } from './images.ts';
import { ensureIdentities, readIdentity } from './identities.ts';
import { inventory } from './inventory.ts';
import { observe } from './observe.ts';
import { ensureRegistry } from './registry.ts';
import { startCluster, stopCluster } from './power.ts';
import type { StepContext } from './shortage.ts';
import { preflight } from './preflight/index.ts';
import { deleteResources, type DestroyState } from './destroy/index.ts';
import { ensureResourceGroup } from './resource-group.ts';
import { ensureStorageRoles, newestRole } from './roles.ts';
import { ensureTeamAccess } from './team.ts';
import { removeUnused } from './unused.ts';
import { connectionString, ensureStorage } from './storage.ts';

/** The adapter to Azure Resource Manager. Errors become outcomes. */
export function createAzure(options: AzureOptions) {
  const clients = clientFactory(options);
  return {
    ...operationsOf(options, () => clients()),
    /** The same for one call of an activity; sends a write only while the fence allows it. */
    fenced: (fence: Fence) => operationsOf(options, () => clients(fence)),
  };
}

export type Azure = ReturnType<typeof operationsOf>;

/** Each call has its own clients, which record Azure's answers in it. */
function operationsOf(options: AzureOptions, clients: () => AzureClients) {
  /** Adds Azure's correlation id of the last request to the outcome. */
  const withClients = async <T>(
    work: (clients: AzureClients) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> => {
    const own = clients();
    const outcome = await work(own);
    const { correlationId } = own.call;
    return correlationId === undefined ? outcome : { ...outcome, correlationId };
  };
  return {
    ensureResourceGroup: (input: StepInputs['ensureResourceGroup']) =>
      withClients((own) => ensureResourceGroup(own, input)),
    ensureStorage: (input: StepInputs['ensureStorage'], resume?: string) =>
      withClients((own) => ensureStorage(own, input, resume)),
    ensureRegistry: (input: StepInputs['ensureRegistry'], resume?: string) =>
      withClients((own) => ensureRegistry(own, input, resume)),
    ensureImage: (input: StepInputs['ensureImage'], resume?: string) =>
      withClients((own) => ensureImage(own, options, input, resume)),
    /** Builds of images in the registry of a stack. */
    images: imagesOf(options, clients),
    ensureIdentities: (input: StepInputs['ensureIdentities']) =>
      withClients((own) => ensureIdentities(own, input)),
    ensureStorageRoles: (input: StepInputs['ensureStorageRoles']) =>
      withClients((own) => ensureStorageRoles(own, options, input)),
    ensureCluster: (input: StepInputs['ensureCluster'], call: StepContext) =>
      withClients((own) => ensureCluster(own, options, input, call)),
    ensureClusterAccess: (input: StepInputs['ensureClusterAccess']) =>
      withClients((own) => ensureClusterAccess(own, options, input)),
    describeCluster: (names: { resourceGroup: string; cluster: string }) =>
      withClients((own) => describeCluster(own, names)),
    ensureTeamAccess: (input: StepInputs['ensureTeamAccess'], resume?: string) =>
      withClients((own) => ensureTeamAccess(own, options, input, resume)),
    /** What the steps of a plan change in Azure. */
    observe: (steps: readonly Step[]) => observe(clients(), options, steps),
    checkAvailability: (
      input: StepInputs['ensureCluster'],
      asked: { isNewVersion: boolean; hasNewPool: boolean },
    ) => checkAvailability(clients(), options, input, asked),
    removeUnused: (input: StepInputs['removeUnused'], resume?: string) =>
      withClients((own) => removeUnused(own, input, resume)),
    preflight: (input: StepInputs['preflight']) => withClients((own) => preflight(own, options, input)),
    stopCluster: (input: StepInputs['stopCluster'], resume?: string) =>
      withClients((own) => stopCluster(own, input, resume)),
    startCluster: (input: StepInputs['startCluster'], resume?: string) =>
      withClients((own) => startCluster(own, input, resume)),
    deleteResources: (input: StepInputs['deleteResources'], state: DestroyState) =>
      withClients((own) => deleteResources(own, options, input, state)),
    inventory: (input: StepInputs['takeInventory'], known: readonly string[]) =>
      inventory(clients(), options, input, known),
    identity: (resourceGroup: string, name: string) => readIdentity(clients(), resourceGroup, name),
    newestRole: (resourceGroup: string, identity: string) => newestRole(clients(), resourceGroup, identity),
    kubeconfig: (resourceGroup: string, cluster: string) => kubeconfig(clients(), resourceGroup, cluster),
    clusterToken: () => clusterToken(options),
    connectionString: (resourceGroup: string, account: string) =>
      connectionString(clients(), resourceGroup, account),
  };
}
