/**
 * Durations of Azure operations, in seconds.
 *
 * Creations are the usual values in published `terraform apply` logs of the azurerm provider ("Creation complete
 * after ..."): AKS 3m39s to 4m45s with one small pool, storage accounts 22s to 27s, registries 8s to 28s, groups and
 * identities a few seconds. Image builds,
 * deletions, updates, upgrades, pools, stop and start are estimates for a small cluster. The time
 * until clusters honor a role assignment is an estimate within the documented maximum of five minutes.
 */
export const DURATIONS = {
  resourceGroup: { write: 1.5, /** on top of its slowest child */ delete: 15 },
  cluster: { create: 270, update: 90, upgrade: 300, delete: 210, stop: 150, start: 180 },
  agentPool: { write: 120, /** per node */ upgrade: 240, delete: 120 },
  storageAccount: { create: 22, update: 2, delete: 4 },
  storageChild: { write: 0.5, delete: 0.5 },
  registry: { create: 18, update: 4, delete: 12 },
  imageBuild: {
    queue: 6,
    /** before and after the steps */ around: 12,
    pull: 15,
    copy: 1,
    run: 4,
    /** per package */ install: 11,
    push: 20,
  },
  identity: { write: 4, delete: 2, /** until it is replicated in the directory */ replicate: 30 },
  federatedCredential: { write: 2, delete: 2 },
  roleAssignment: { write: 2, delete: 2, /** until clusters honor it */ propagate: 45 },
} as const;

/** The Retry-After header of a poll of an operation in progress, in seconds, by resource provider. */
export const RETRY_AFTER: Record<string, number> = {
  'microsoft.containerservice': 10,
  'microsoft.storage': 17,
  'microsoft.containerregistry': 10,
  'microsoft.resources': 15,
};
