import type { StepInputs } from '../domain/plan.ts';
import { azureClients, type AzureOptions } from './clients.ts';
import { clusterToken, ensureCluster, ensureClusterAccess, kubeconfig } from './cluster.ts';
import { ensureIdentities, identityOf } from './identities.ts';
import { inventory } from './inventory.ts';
import { attempt } from './reconcile.ts';
import { ensureRegistry } from './registry.ts';
import { startCluster, stopCluster } from './power.ts';
import { preflight } from './preflight.ts';
import { deleteResources } from './removal.ts';
import { ensureResourceGroup } from './resource-group.ts';
import { ensureStorageRoles } from './roles.ts';
import { connectionString, ensureStorage } from './storage.ts';

/** All that Matcha asks of Azure Resource Manager. */
export function createAzure(options: AzureOptions) {
  const clients = azureClients(options);
  return {
    /** Turns what goes wrong in `work` into an outcome. */
    attempt,
    ensureResourceGroup: (input: StepInputs['ensureResourceGroup']) => ensureResourceGroup(clients, input),
    ensureStorage: (input: StepInputs['ensureStorage'], resume?: string) =>
      ensureStorage(clients, input, resume),
    ensureRegistry: (input: StepInputs['ensureRegistry'], resume?: string) =>
      ensureRegistry(clients, input, resume),
    ensureIdentities: (input: StepInputs['ensureIdentities']) => ensureIdentities(clients, input),
    ensureStorageRoles: (input: StepInputs['ensureStorageRoles']) =>
      ensureStorageRoles(clients, options, input),
    ensureCluster: (input: StepInputs['ensureCluster'], resume?: string) =>
      ensureCluster(clients, input, resume),
    ensureClusterAccess: (input: StepInputs['ensureClusterAccess']) =>
      ensureClusterAccess(clients, options, input),
    preflight: (input: StepInputs['preflight']) => preflight(clients, options, input),
    stopCluster: (input: StepInputs['stopCluster'], resume?: string) => stopCluster(clients, input, resume),
    startCluster: (input: StepInputs['startCluster'], resume?: string) =>
      startCluster(clients, input, resume),
    deleteResources: (input: StepInputs['deleteResources'], resume?: string) =>
      deleteResources(clients, options, input, resume),
    inventory: (input: StepInputs['takeInventory']) => inventory(clients, options, input),
    identityOf: (resourceGroup: string, name: string) => identityOf(clients, resourceGroup, name),
    kubeconfig: (resourceGroup: string, cluster: string) => kubeconfig(clients, resourceGroup, cluster),
    clusterToken: () => clusterToken(options),
    connectionString: (resourceGroup: string, account: string) =>
      connectionString(clients, resourceGroup, account),
  };
}

export type Azure = ReturnType<typeof createAzure>;
