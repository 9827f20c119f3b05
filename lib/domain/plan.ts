import type { ImageBuild } from './image.ts';
import type { PublicAccess } from './public-access.ts';
import type { Person } from './principal.ts';
import type { StackSpec } from './spec.ts';
import type { Registration } from './registration.ts';

/** The inputs of the activities that steps call: complete plain data without secrets. */
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
  ensureImage: { resourceGroup: string; registry: string; image: ImageBuild };
  ensureIdentities: { resourceGroup: string; identities: string[]; location: string; tags: Tags };
  ensureStorageRoles: { resourceGroup: string; account: string; grants: StorageGrant[] };
  ensureCluster: ClusterInput;
  ensureClusterAccess: {
    resourceGroup: string;
    cluster: string;
    registry?: string;
    federations: Federation[];
  };
  ensureTeamAccess: TeamInput;
  installComponent: ComponentInput;
  upgradeComponent: ComponentInput;
  checkComponent: ComponentInput;
  registerStack: RegistrationInput;
  verifyComponent: VerificationInput;
  removeVerification: VerifiedInput;
  removeComponent: ComponentReference;
  removeUnused: UnusedInput;
  stopCluster: { resourceGroup: string; cluster: string };
  startCluster: { resourceGroup: string; cluster: string };
  takeInventory: DestroyInput;
  deleteResources: DestroyInput;
  writeReceipt: DestroyInput;
}

/** Tags of a resource by name; null removes a tag that an earlier spec set. */
export type Tags = Record<string, string | null>;
export type StorageRole = 'Storage Blob Data Contributor' | 'Storage Blob Data Reader';

/** A role of a component's identity on one blob container. */
export interface StorageGrant {
  identity: string;
  container: string;
  role: StorageRole;
}

/** The roles of people on what is in a stack. */
export interface TeamInput {
  stack: string;
  resourceGroup: string;
  /** The owner, then the members. */
  people: Person[];
  account: string;
  /** The containers that people write from their own machines. */
  containers: string[];
  registry?: string;
  cluster: string;
  /** The namespace in which they run pipelines. */
  namespace?: string;
}

/** A federated credential: the pods of a service account act as the identity. */
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

/** The resources that a stack uses; others with its tag are unused. */
export interface UnusedInput {
  stack: string;
  resourceGroup: string;
  /** The name of the registry, when no component uses it. */
  registry?: string;
  /** The names of the identities in use. */
  identities: string[];
}

/** The input of the checks before anything is created. */
export interface PreflightInput {
  stack: string;
  location: string;
  resourceGroup: string;
  cluster: string;
  storageAccount: string;
  registry?: string;
  size: StackSpec['cluster'];
}

/** The stack to destroy, and whether its storage account with the data stays. */
export interface DestroyInput {
  stack: string;
  resourceGroup: string;
  cluster: string;
  storageAccount: string;
  keepData: boolean;
  /**
   * Ids of resources that an earlier destroy operation did not delete. They are checked by id, because
   * lists can miss them.
   */
  known: string[];
}

/** A component of a stack and its cluster. */
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
  /** The version in the catalogue at the time of the plan. */
  version: string;
  /** The catalogue fingerprint of the component at the time of the plan. */
  catalogueFingerprint: string;
  storageAccount: string;
  /** The pipeline image, if the registry of the stack builds it. */
  image?: string;
  identity?: string;
  public?: PublicAccess;
}

/** How a component is verified: it is used as its users use it. */
export interface VerificationInput extends ComponentInput {
  /** The condition of the stack that says how it went. */
  condition: string;
}

/** The components whose verification is removed from the cluster. */
export interface VerifiedInput {
  resourceGroup: string;
  cluster: string;
  components: string[];
}

export type StepActivity = keyof StepInputs;

/** A unit of work that starts after all steps in `after` are done, or have ended if `evenAfterFailure` is set. */
export type Step = { [A in StepActivity]: StepOf<A> }[StepActivity];

export interface StepOf<A extends StepActivity> {
  id: string;
  title: string;
  activity: A;
  input: StepInputs[A];
  after: string[];
  /** Whether it also starts when a step in `after` failed, or was blocked. */
  evenAfterFailure?: true;
  /** The usual duration in seconds. */
  usual: number;
  /** Set when the step does less than for a new stack, so that its duration is not measured. */
  work?: 'change' | 'none';
  /** The maximum duration in seconds; after it the step fails. */
  limit: number;
  /** Whether a failure fails the operation, degrades its component, or is only reported by a condition. */
  onFailure: 'fail' | 'degrade' | 'report';
}

export const OPERATION_KINDS = ['provision', 'upgrade', 'hibernate', 'wake', 'verify', 'destroy'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** What an operation does. The plan that users see is the plan that runs. */
export interface Plan {
  stack: string;
  kind: OperationKind;
  steps: Step[];
}
