import type { Registry } from '@azure/arm-containerregistry';
import { done, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import type { AzureClients } from './clients.ts';
import { changedBody, differencesOf } from './desired/normal-form.ts';
import { desiredRegistry, REGISTRY_DEFAULTS } from './desired/registry.ts';
import { reconcile } from './reconcile.ts';

/** Makes the container registry, or changes it where it differs. */
export async function ensureRegistry(
  clients: AzureClients,
  input: StepInputs['ensureRegistry'],
  resume?: string,
): Promise<Outcome> {
  const { resourceGroup, registry, location } = input;
  const client = await clients.registries();
  const { restorePoller } = await import('@azure/arm-containerregistry');
  const { registries } = client;
  const desired = desiredRegistry(input);
  const outcome = await reconcile<Registry>(
    clients,
    {
      title: titleOf(KINDS.registry, registry),
      pollEvery: 5,
      get: () => registries.get(resourceGroup, registry),
      stateOf: ({ provisioningState }) => provisioningState,
      isCurrent: (found) => differencesOf(found, desired, REGISTRY_DEFAULTS).length === 0,
      submit: (found) => ({
        poller: registries.create(
          resourceGroup,
          registry,
          changedBody<Registry>(found ?? { location, sku: { name: 'Standard' } }, desired),
        ),
      }),
      restore: (serialized) => ({ poller: restorePoller(client, serialized, registries.create) }),
    },
    resume,
  );
  return outcome.state === 'ready' ? done : outcome;
}
