/** The names of a stack's resources in Azure. */
export interface ResourceNames {
  resourceGroup: string;
  cluster: string;
  storageAccount: string;
  registry: string;
  /** Of the public address, where there is one; unique in its region. */
  dnsLabel: string;
}

/**
 * Derives every name from the stack's name. Storage accounts and registries share one name space with all
 * of Azure, so they carry `suffix`: a few lower-case letters and digits that stay the same for a stack.
 */
export const resourceNames = (stack: string, suffix: string): ResourceNames => ({
  resourceGroup: `${stack}-resources`,
  cluster: `${stack}-k8s`,
  storageAccount: `${stack}st${suffix}`,
  registry: `${stack}acr${suffix}`,
  dnsLabel: `${stack}-${suffix}`,
});

/** The managed identity of a component. */
export const identityName = (stack: string, component: string): string => `${stack}-${component}`;

/** Tags by which everything of a stack is found again, also when the records about it are lost. */
export const stackTags = (stack: string, owner: string): Record<string, string> => ({
  'matcha-stack': stack,
  'matcha-owner': owner,
  'managed-by': 'matcha',
});
