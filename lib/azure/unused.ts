import type { Registry } from '@azure/arm-containerregistry';
import type { Identity } from '@azure/arm-msi';
import { done, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { attempt, remove } from './reconcile.ts';

type UnusedInput = StepInputs['removeUnused'];

export interface UnusedResources {
  registry: Registry | undefined;
  identities: Identity[];
}

/** Resources of the stack that none of its components uses any more. Only what carries the stack's tag. */
export async function findUnused(
  clients: AzureClients,
  { stack, resourceGroup, registry, identities }: UnusedInput,
): Promise<UnusedResources> {
  const { userAssignedIdentities } = await clients.identities();
  const { registries } = await clients.registries();
  const [existing, found] = await Promise.all([
    Array.fromAsync(userAssignedIdentities.listByResourceGroup(resourceGroup)),
    registry === undefined ? undefined : registries.get(resourceGroup, registry).catch(undefinedIfAbsent),
  ]);
  const isOwn = ({ tags }: { tags?: Record<string, string> }) => tags?.['matcha-stack'] === stack;
  return {
    registry: found !== undefined && isOwn(found) ? found : undefined,
    identities: existing.filter((identity) => isOwn(identity) && !identities.includes(identity.name ?? '')),
  };
}

/** Deletes what no component uses any more: identities with their roles, and the registry with its images. */
export const removeUnused = (clients: AzureClients, input: UnusedInput, resume?: string): Promise<Outcome> =>
  resume === undefined
    ? attempt(clients, STEP_TITLES.removeUnused, async () => {
        const { registry, identities } = await findUnused(clients, input);
        for (const identity of identities) await removeIdentity(clients, input, identity);
        return registry === undefined ? done : removeRegistry(clients, input);
      })
    : removeRegistry(clients, input, resume);

/** Its roles go first: without the identity nothing leads to them any more. */
async function removeIdentity(
  clients: AzureClients,
  { resourceGroup }: UnusedInput,
  { name = '', principalId = '' }: Identity,
): Promise<void> {
  const { roleAssignments } = await clients.authorization();
  const { userAssignedIdentities } = await clients.identities();
  const assigned = await Array.fromAsync(
    roleAssignments.listForResourceGroup(resourceGroup, { filter: `principalId eq '${principalId}'` }),
  );
  for (const { id = '' } of assigned) await roleAssignments.deleteById(id);
  await userAssignedIdentities.delete(resourceGroup, name);
}

async function removeRegistry(
  clients: AzureClients,
  { resourceGroup, registry = '' }: UnusedInput,
  resume?: string,
): Promise<Outcome> {
  const client = await clients.registries();
  const { restorePoller } = await import('@azure/arm-containerregistry');
  const { registries } = client;
  return remove<Registry>(
    clients,
    {
      title: titleOf(KINDS.registry, registry),
      pollEvery: 5,
      get: () => registries.get(resourceGroup, registry),
      stateOf: ({ provisioningState }) => provisioningState,
      submit: () => ({ doing: 'Deleting', poller: registries.delete(resourceGroup, registry) }),
      restore: (serialized) => ({ poller: restorePoller(client, serialized, registries.delete) }),
    },
    resume,
  );
}
