import type { Azure, Reply } from './arm.ts';
import { refuse } from './errors.ts';
import { LOCATIONS } from './locations.ts';

/** A resource provider with the types and regions that it serves here. Every provider is registered. */
export function getProvider(azure: Azure, namespace: string): Reply {
  const own = azure.types.filter(({ name }) => name.toLowerCase().startsWith(`${namespace.toLowerCase()}/`));
  const [first] = own;
  if (!first)
    throw refuse(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  const name = first.name.split('/')[0] ?? '';
  return {
    status: 200,
    body: {
      id: `/subscriptions/${azure.subscriptionId}/providers/${name}`,
      namespace: name,
      registrationState: 'Registered',
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
