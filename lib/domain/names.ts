/** The names of a stack's resources in Azure. */
export interface ResourceNames {
  resourceGroup: string;
  cluster: string;
  storageAccount: string;
  registry: string;
  /** The DNS label of the public address; unique in its region. */
  dnsLabel: string;
}

/**
 * Derives every name from the name of the stack. Names of storage accounts and registries are unique in all
 * of Azure, so they contain `suffix`: lower-case letters and digits that are constant for a stack.
 */
export const resourceNames = (stack: string, suffix: string): ResourceNames => ({
  resourceGroup: `${stack}-resources`,
  cluster: clusterName(stack),
  storageAccount: `${stack}st${suffix}`,
  registry: `${stack}acr${suffix}`,
  dnsLabel: `${stack}-${suffix}`,
});

/** The name of a stack's cluster, and of the context in kubeconfigs for it: tools look for that name. */
export const clusterName = (stack: string): string => `${stack}-k8s`;

/** The managed identity of a component. */
export const identityName = (stack: string, component: string): string => `${stack}-${component}`;

/** Tags that identify the resources of a stack, even when its records are lost. */
export const stackTags = (stack: string, owner: string): Record<string, string> => ({
  'matcha-stack': stack,
  'matcha-owner': owner,
  'managed-by': 'matcha',
});
