import type { Registry } from '@azure/arm-containerregistry';
import { done, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import type { AzureClients } from './clients.ts';
import { reconcile } from './reconcile.ts';

/** Makes the container registry; nobody signs in to it by password. */
export async function ensureRegistry(
  clients: AzureClients,
  { resourceGroup, registry, location, tags }: StepInputs['ensureRegistry'],
  resume?: string,
): Promise<Outcome> {
  const client = await clients.registries();
  const { restorePoller } = await import('@azure/arm-containerregistry');
  const { registries } = client;
  const outcome = await reconcile<Registry>(
    clients,
    {
      title: `container registry ${registry}`,
      pollEvery: 5,
      get: () => registries.get(resourceGroup, registry),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: ({ adminUserEnabled }) => adminUserEnabled !== true,
      submit: () => ({
        poller: registries.create(resourceGroup, registry, {
          location,
          tags,
          sku: { name: 'Standard' },
          adminUserEnabled: false,
        }),
      }),
      restore: (serialized) => ({ poller: restorePoller(client, serialized, registries.create) }),
    },
    resume,
  );
  return outcome.state === 'ready' ? done : outcome;
}
