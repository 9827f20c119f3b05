import type { Azure, ArmRequest, Reply } from './arm.ts';
import { AKS_API_VERSIONS } from './cluster.ts';
import { listDeletedAccounts } from './deleted-accounts.ts';
import { listResources } from './filters.ts';
import { listKubernetesVersions } from './kubernetes-versions.ts';
import { locationFrom } from './locations.ts';
import { pollResult, pollStatus } from './polling.ts';
import { getProvider, listLocations, registerProvider } from './providers.ts';
import { listUsages } from './quota.ts';
import { checkRegistryName, registries } from './registries.ts';
import { groupAt, resourceGroups } from './resource-groups.ts';
import { listSkus } from './skus.ts';
import { checkAccountName, storageAccounts } from './storage.ts';
import { getSubscription, listPermissions } from './subscription.ts';

interface Route {
  method: string;
  path: RegExp;
  /** Any version by default. */
  apiVersions?: readonly string[];
  /** `part` is the capturing group of the path. */
  handle: (azure: Azure, request: ArmRequest, part: string) => Reply;
}

const at = (pattern: string) => new RegExp(`^/subscriptions/[^/]+/${pattern}$`, 'i');
const provider = (namespace: string, pattern: string) =>
  at(`providers/${namespace.replace('.', '\\.')}/${pattern}`);

/** All requests that do not target a resource. */
export const routes: Route[] = [
  { method: 'GET', path: /^\/subscriptions\/[^/]+$/i, handle: getSubscription },
  {
    method: 'GET',
    path: at('(?:resourceGroups/[^/]+/)?providers/Microsoft\\.Authorization/permissions'),
    handle: listPermissions,
  },
  { method: 'GET', path: provider('Microsoft.Compute', 'skus'), handle: listSkus },
  { method: 'GET', path: at('locations'), handle: listLocations },
  {
    method: 'GET',
    path: at('resources'),
    apiVersions: resourceGroups.apiVersions,
    handle: (azure, { query }) =>
      listResources(azure, `/subscriptions/${azure.subscriptionId}`, query.get('$filter')),
  },
  {
    method: 'GET',
    path: at('resourceGroups/([^/]+)/resources'),
    apiVersions: resourceGroups.apiVersions,
    handle: (azure, { query }, name) => listResources(azure, groupAt(azure, name).id, query.get('$filter')),
  },
  {
    method: 'GET',
    path: at('providers/([^/]+)'),
    apiVersions: resourceGroups.apiVersions,
    handle: (azure, _, namespace) => getProvider(azure, namespace),
  },
  {
    method: 'POST',
    path: at('providers/([^/]+)/register'),
    apiVersions: resourceGroups.apiVersions,
    handle: (azure, _, namespace) => registerProvider(azure, namespace),
  },
  {
    method: 'GET',
    path: at('(?:providers/[^/]+/locations/[^/]+/)?operations/([^/]+)'),
    handle: (azure, _, id) => pollStatus(azure, id),
  },
  {
    method: 'GET',
    path: at('(?:providers/[^/]+/locations/[^/]+/)?operationresults/([^/]+)'),
    handle: (azure, request, id) => pollResult(azure, id, request),
  },
  {
    method: 'GET',
    path: provider('Microsoft.ContainerService', 'locations/([^/]+)/kubernetesVersions'),
    apiVersions: AKS_API_VERSIONS,
    handle(_, __, location) {
      locationFrom(location, 'Microsoft.ContainerService/locations/kubernetesVersions');
      return listKubernetesVersions();
    },
  },
  {
    method: 'GET',
    path: provider('Microsoft.Compute', 'locations/([^/]+)/usages'),
    handle: (azure, _, location) =>
      listUsages(azure, locationFrom(location, 'Microsoft.Compute/locations/usages')),
  },
  {
    method: 'POST',
    path: provider('Microsoft.Storage', 'checkNameAvailability'),
    apiVersions: storageAccounts.apiVersions,
    handle: checkAccountName,
  },
  {
    method: 'GET',
    path: provider('Microsoft.Storage', 'deletedAccounts'),
    apiVersions: storageAccounts.apiVersions,
    handle: listDeletedAccounts,
  },
  {
    method: 'POST',
    path: provider('Microsoft.ContainerRegistry', 'checkNameAvailability'),
    apiVersions: registries.apiVersions,
    handle: checkRegistryName,
  },
];
