import type { Azure, Reply } from './arm.ts';
import { armError } from './errors.ts';
import { LOCATIONS } from './locations.ts';

/** Providers without a simulated resource type that other resources depend on. */
const OTHERS = ['Microsoft.Compute', 'Microsoft.Network'];

/** A resource provider with its simulated resource types and regions. */
export function getProvider(azure: Azure, namespace: string): Reply {
  const own = azure.types.filter(({ name }) => name.toLowerCase().startsWith(`${namespace.toLowerCase()}/`));
  const other = OTHERS.find((name) => name.toLowerCase() === namespace.toLowerCase());
  const name = own[0]?.name.split('/')[0] ?? other;
  if (name === undefined)
    throw armError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  const isUnregistered = azure.subscription.current().unregistered.includes(name.toLowerCase());
  return {
    status: 200,
    body: {
      id: `/subscriptions/${azure.subscriptionId}/providers/${name}`,
      namespace: name,
      registrationState: isUnregistered ? 'NotRegistered' : 'Registered',
      registrationPolicy: 'RegistrationRequired',
      resourceTypes: own.map((type) => ({
        resourceType: type.name.slice(name.length + 1),
        locations: Object.values(LOCATIONS),
        apiVersions: type.apiVersions,
        capabilities: type.isTracked ? 'SupportsTags, SupportsLocation' : 'None',
      })),
    },
  };
}

/** Registers a provider for the subscription, immediately. The real service takes about a minute. */
export function registerProvider(azure: Azure, namespace: string): Reply {
  const { unregistered } = azure.subscription.current();
  azure.subscription.change({
    unregistered: unregistered.filter((name) => name !== namespace.toLowerCase()),
  });
  return getProvider(azure, namespace);
}

/** The regions of the subscription. */
export function listLocations(azure: Azure): Reply {
  const value = Object.entries(LOCATIONS).map(([name, displayName]) => ({
    id: `/subscriptions/${azure.subscriptionId}/locations/${name}`,
    type: 'Region',
    name,
    displayName,
    regionalDisplayName: displayName,
    metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
  }));
  return { status: 200, body: { value } };
}
