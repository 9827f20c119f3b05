import type { Azure, ArmRequest, Reply } from './arm.ts';
import { armError } from './errors.ts';
import { LOCATIONS } from './locations.ts';
import { vmSizes } from './vm-sizes.ts';

const FILTER = /^location eq '([^']+)'$/i;

/** Whether a VM size is restricted for the subscription in a region. */
export const isRestricted = (azure: Azure, location: string, size: string): boolean =>
  azure.subscription.current().restricted[location]?.includes(size.toLowerCase()) ?? false;

/** The VM sizes of Microsoft.Compute. The only supported filter is a region. */
export function listSkus(azure: Azure, { query }: ArmRequest): Reply {
  const filter = query.get('$filter');
  const [, only] = FILTER.exec(filter ?? '') ?? [];
  if (filter !== null && only === undefined)
    throw armError(400, 'InvalidFilter', `The filter '${filter}' is not supported.`);
  const locations = only === undefined ? Object.keys(LOCATIONS) : [only.toLowerCase()];
  const value = locations
    .filter((location) => location in LOCATIONS)
    .flatMap((location) =>
      vmSizes().map(({ name, family, vCpus }) => ({
        resourceType: 'virtualMachines',
        name,
        family,
        tier: 'Standard',
        size: name.replace('Standard_', ''),
        locations: [location],
        locationInfo: [{ location, zones: ['1', '2', '3'], zoneDetails: [] }],
        capabilities: [
          { name: 'vCPUs', value: String(vCpus) },
          { name: 'LowPriorityCapable', value: 'True' },
        ],
        restrictions: isRestricted(azure, location, name)
          ? [
              {
                type: 'Location',
                values: [location],
                restrictionInfo: { locations: [location] },
                reasonCode: 'NotAvailableForSubscription',
              },
            ]
          : [],
      })),
    );
  return { status: 200, body: { value } };
}
