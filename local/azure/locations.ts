import { armError } from './errors.ts';

/** Display names of regions by name. A selection of regions that have all simulated services. */
export const LOCATIONS: Record<string, string> = {
  australiaeast: 'Australia East',
  brazilsouth: 'Brazil South',
  canadacentral: 'Canada Central',
  centralindia: 'Central India',
  centralus: 'Central US',
  eastus: 'East US',
  eastus2: 'East US 2',
  francecentral: 'France Central',
  germanywestcentral: 'Germany West Central',
  italynorth: 'Italy North',
  japaneast: 'Japan East',
  koreacentral: 'Korea Central',
  northeurope: 'North Europe',
  norwayeast: 'Norway East',
  polandcentral: 'Poland Central',
  southafricanorth: 'South Africa North',
  southcentralus: 'South Central US',
  southeastasia: 'Southeast Asia',
  spaincentral: 'Spain Central',
  swedencentral: 'Sweden Central',
  switzerlandnorth: 'Switzerland North',
  uaenorth: 'UAE North',
  uksouth: 'UK South',
  ukwest: 'UK West',
  westeurope: 'West Europe',
  westus: 'West US',
  westus2: 'West US 2',
  westus3: 'West US 3',
};

/** The normalized name of a region. Callers may also send the display name. */
const normalize = (location: string) => location.toLowerCase().replaceAll(' ', '');

/** The region of a request body. Throws the error of Resource Manager if there is no such region. */
export function locationFrom(location: unknown, type: string): string {
  if (typeof location !== 'string' || location === '')
    throw armError(400, 'LocationRequired', 'The location property is required for this definition.');
  const name = normalize(location);
  if (name in LOCATIONS) return name;
  const known = Object.keys(LOCATIONS).join(',');
  if (type === 'Microsoft.Resources/resourceGroups')
    throw armError(
      400,
      'LocationNotAvailableForResourceGroup',
      `The provided location '${location}' is not available for resource group. List of available regions is '${known}'.`,
    );
  throw armError(
    400,
    'LocationNotAvailableForResourceType',
    `The provided location '${location}' is not available for resource type '${type}'. ` +
      `List of available regions for the resource type is '${known}'.`,
  );
}
