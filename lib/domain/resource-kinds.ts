/** The kinds of Azure resources that a stack has, as plans and messages name them. */
export const KINDS = {
  group: 'resource group',
  cluster: 'AKS cluster',
  pool: 'node pool',
  account: 'storage account',
  container: 'blob container',
  registry: 'container registry',
  identity: 'identity',
  /** The roles of a person on what is in the stack. */
  owner: 'owner',
  member: 'member',
} as const;

export type ResourceKind = (typeof KINDS)[keyof typeof KINDS];

/** The kind as the beginning of a sentence, with a name where one is given: "Storage account demost7f3k". */
export const titleOf = (kind: ResourceKind, name?: string): string =>
  `${kind.charAt(0).toUpperCase()}${kind.slice(1)}${name === undefined ? '' : ` ${name}`}`;
