import type { PublicAccess } from './public-access.ts';
import type { StackSpec } from './spec.ts';
import type { Registration } from './registration.ts';

/** The inputs of the activities that steps call: plain data, complete, free of secrets. */
export interface StepInputs {
  preflight: PreflightInput;
  ensureResourceGroup: { resourceGroup: string; location: string; stack: string; tags: Tags };
  ensureStorage: {
    resourceGroup: string;
    account: string;
    location: string;
    containers: string[];
    sharedKeyAccess: boolean;
    tags: Tags;
  };
  ensureRegistry: { resourceGroup: string; registry: string; location: string; tags: Tags };
  ensureIdentities: { resourceGroup: string; identities: string[]; location: string; tags: Tags };
  ensureStorageRoles: { resourceGroup: string; account: string; grants: StorageGrant[] };
  ensureCluster: ClusterInput;
  ensureClusterAccess: {
    resourceGroup: string;
    cluster: string;
    registry?: string;
    federations: Federation[];
  };
  installComponent: ComponentInput;
  upgradeComponent: ComponentInput;
  checkComponent: ComponentInput;
  registerStack: RegistrationInput;
  removeComponent: ComponentReference;
  removeUnused: UnusedInput;
  stopCluster: { resourceGroup: string; cluster: string };
  startCluster: { resourceGroup: string; cluster: string };
  takeInventory: DestroyInput;
  deleteResources: DestroyInput;
  writeReceipt: DestroyInput;
}

/** Tags of a resource by name; null for one that was set before and is to be removed. */
export type Tags = Record<string, string | null>;
export type StorageRole = 'Storage Blob Data Contributor';

/** A role of a component's identity on one blob container, and on nothing else. */
export interface StorageGrant {
  identity: string;
  container: string;
  role: StorageRole;
}

/** Lets the pods of a service account act as an identity. */
export interface Federation {
  identity: string;
  namespace: string;
  serviceAccount: string;
}

export interface ClusterInput {
  resourceGroup: string;
  cluster: string;
  location: string;
  size: StackSpec['cluster'];
  access: StackSpec['access'];
  tags: Tags;
}

/** What a stack uses, to find what it does not use any more. */
export interface UnusedInput {
  stack: string;
  resourceGroup: string;
  /** Of the registry, where no component uses it. */
  registry?: string;
  /** Names of those that are used. */
  identities: string[];
}

/** What is checked before anything is made. */
export interface PreflightInput {
  stack: string;
  location: string;
  resourceGroup: string;
  cluster: string;
  storageAccount: string;
  registry?: string;
  size: StackSpec['cluster'];
}

/** What is taken away, and whether the storage account with the data stays. */
export interface DestroyInput {
  stack: string;
  resourceGroup: string;
  cluster: string;
  storageAccount: string;
  keepData: boolean;
  /** What an earlier destruction left: looked for also where nothing else leads to it any more. */
  known: string[];
}

/** A component of a stack, and the cluster that it is in. */
export interface ComponentReference {
  component: string;
  stack: string;
  resourceGroup: string;
  cluster: string;
}

export interface RegistrationInput extends ComponentReference {
  registrations: Registration[];
}

export interface ComponentInput extends ComponentReference {
  /** The version that the catalogue had when this was planned. */
  version: string;
  /** Of what the catalogue would have applied then. */
  catalogueFingerprint: string;
  storageAccount: string;
  identity?: string;
  public?: PublicAccess;
}

export type StepActivity = keyof StepInputs;

/** One thing to be done, once everything in `after` is done. */
export type Step = { [A in StepActivity]: StepOf<A> }[StepActivity];

export interface StepOf<A extends StepActivity> {
  id: string;
  title: string;
  activity: A;
  input: StepInputs[A];
  after: string[];
  /** How long it usually takes, in seconds. */
  usual: number;
  /** Set where it makes less than it does for a new stack: then its duration does not tell how long that takes. */
  work?: 'change' | 'none';
  /** How long it may take before it counts as failed, in seconds. */
  limit: number;
  /** What a failure means: the operation failed, or only this component is not right. */
  onFailure: 'fail' | 'degrade';
}

export const OPERATION_KINDS = ['provision', 'upgrade', 'hibernate', 'wake', 'destroy'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** What an operation will do: shown first, and run exactly so. */
export interface Plan {
  stack: string;
  kind: OperationKind;
  steps: Step[];
}
