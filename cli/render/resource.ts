import { oneLine } from './text.ts';

/** Names of resource types, by the lower-case type of their id. */
const TYPES: Record<string, string> = {
  resourcegroups: 'resource group',
  managedclusters: 'AKS cluster',
  agentpools: 'node pool',
  storageaccounts: 'storage account',
  containers: 'blob container',
  registries: 'container registry',
  userassignedidentities: 'identity',
  federatedidentitycredentials: 'federated credential',
  deletedaccounts: 'storage account',
};

const ROLE_ASSIGNMENT = /\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i;

/** A resource id in words: `AKS cluster demo-k8s`, `role assignment on blob container mlflow`. */
export function resourceText(id: string): string {
  const scope = id.replace(ROLE_ASSIGNMENT, '');
  if (scope !== id) return `role assignment on ${resourceText(scope)}`;
  const [type = '', name = ''] = id.split('/').slice(-2);
  return oneLine(`${TYPES[type.toLowerCase()] ?? type} ${name}`);
}
