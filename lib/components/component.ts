import type { ImageBuild } from '../domain/image.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { ResourceNames } from '../domain/names.ts';
import type { StorageRole } from '../domain/plan.ts';
import type { Verifiable } from '../domain/plannable.ts';
import type { PublicAccess } from '../domain/public-access.ts';
import type { Registration } from '../domain/registration.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { StandIn } from './stand-in.ts';

/**
 * A component of the catalogue: data and pure builders without side effects. Plans, manifests, outputs, help
 * texts and tests read it.
 */
export interface Component {
  /** The name that users type: lower-case letters and digits. */
  name: string;
  title: string;
  /** The pinned version of the tool; for an Azure resource, its SKU or kind. */
  version: string;
  /** One line for help texts. */
  summary: string;
  /** Its purpose in a stack, such as `model-deployer`. A stack has at most one component per slot. */
  slot?: string;
  /** Components that must work before this one is installed, if the stack has them. */
  dependsOn: string[];
  /**
   * Whether other fields of the spec require it. Such a component is added and removed automatically: it is
   * in no preset, and users cannot choose it.
   */
  when?: (spec: StackSpec) => boolean;
  /** The service that people use. */
  endpoint?: Endpoint;
  /** The services of the models that it serves. */
  models?: ModelServices;
  azure?: AzureNeeds;
  workload?: Workload;
  /** Registers the other components of the stack with this tool. */
  registrar?: Registrar;
  /** What it registers with a registrar of the same stack, by the name of the registrar. */
  registers?: Record<string, (context: RegistrationContext) => Registration[]>;
  /** Uses it as its users do, to verify a stack. */
  verification?: Verification;
  outputs(context: OutputContext): Outputs;
  /** Environment variables with which its clients find it; never a secret. */
  environment?(context: OutputContext, from: ClientLocation): Record<string, string>;
  /** Environment variables that sign its clients in. They are given together, on request, or not at all. */
  signIn?(context: OutputContext, from: ClientLocation): Record<string, Output>;
}

/**
 * A service for users. Local ports are fixed, so that addresses in outputs and scripts stay valid for every
 * connection. They differ from the tools' default ports, which may be in use on a laptop.
 */
export interface Endpoint {
  /** The port on a laptop that is forwarded to it; unique in the catalogue. */
  local: number;
  namespace: string;
  service: string;
  port: number;
  /** The port of the gateway when access is public. Only for tools that authenticate their callers. */
  public?: number;
}

/** Services that models get when they are deployed: all of them at one local port, below the path `/seldon/`. */
export interface ModelServices {
  local: number;
  namespace: string;
  port: number;
}

/** The needs of a component in Azure besides the cluster. */
export interface AzureNeeds {
  registry?: true;
  /** An image that the registry of the stack builds for it. It works without the image, but its users need it. */
  image?: ImageBuild;
  /** Blob containers of the stack's storage account. */
  containers?: string[];
  /** A managed identity that the pods of its service accounts act as. */
  identity?: {
    serviceAccounts: ServiceAccountReference[];
    /** Roles on containers of the stack. A role on a container that the stack does not have is left out. */
    grants: { container: string; role: StorageRole }[];
  };
  /** What the owner and members of a stack use from their own machines, with roles of Azure. */
  people?: {
    /** Blob containers that they write. */
    containers?: string[];
    /** The namespace in which they run pipelines. */
    namespace?: string;
  };
}

/** A service account. Those of one identity have different names. */
export interface ServiceAccountReference {
  namespace: string;
  name: string;
}

/** The part of a component that runs in the cluster. */
export interface Workload {
  namespace: string;
  /** Secrets that are created once with random values, and kept as long as the stack exists. */
  secrets: GeneratedSecret[];
  /** TLS Secrets with self-signed certificates, created once and kept. */
  certificates?: Certificate[];
  /** All objects except the generated secrets, in any order. */
  manifests(context: ManifestContext): KubernetesObject[];
  /**
   * Objects that the tool itself creates when it starts; they are removed with it. Of a kind with several
   * names, one is enough.
   */
  makes?: ObjectName[];
  /** Replaces its images in the local cluster; imported only there. */
  standIn?: () => Promise<StandIn>;
  /** Checks that it works, through the API server's service proxy, so that nothing needs to be public. */
  canary: Canary;
  /** The usual duration of installation and canary on a new node, in seconds. */
  usual: { install: number; canary: number };
}

/** A reference to an object. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/**
 * A TLS Secret. Its host is the public name of a public stack, or a service of the component; the webhooks of
 * that service get the certificate (see manifests/webhook.ts).
 */
export interface Certificate {
  name: string;
  namespace: string;
  host: 'public' | { service: string };
}

export interface GeneratedSecret {
  name: string;
  namespace: string;
  /** By key. */
  values: Record<string, SecretValue>;
}

/**
 * Fixed text; a number of random letters and digits; or a text in which `{key}` stands for the value of an
 * earlier key.
 */
export type SecretValue = string | { random: number } | { template: string };

export interface ManifestContext {
  stack: string;
  storageAccount: string;
  /** The pipeline image, if the registry of the stack builds it. */
  image?: string;
  /** The client id of the component's managed identity, if it has one. */
  clientId?: string;
  /** Set when access is public. */
  public?: PublicAccess;
}

/** Registers the components of a stack with a tool, so that the users of the tool find them there. */
export interface Registrar {
  /** Title of the step. */
  title: string;
  /** The usual duration in seconds. */
  usual: number;
  /**
   * Changes the registered stack to have exactly these registrations; writes nothing when it has them. Throws
   * a CanaryError.
   */
  register(
    cluster: CanaryCluster,
    stack: string,
    registrations: readonly ResolvedRegistration[],
  ): Promise<void>;
}

/** A registration with the values of its secret. */
export interface ResolvedRegistration extends Omit<Registration, 'secret'> {
  secret?: Record<string, string>;
}

/** Checks a tool. Throws a CanaryError when it does not work. */
export type Canary = (cluster: CanaryCluster) => Promise<void>;

export class CanaryError extends Error {
  override name = 'CanaryError';
  /** The HTTP status with which the tool refused, if it answered. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** The part of a cluster that a canary may use: services of its namespace, objects, and generated secrets. */
export interface CanaryCluster {
  /**
   * `path` starts with a slash. Rejects for a refused connection or a missing endpoint; returns HTTP errors.
   */
  call(service: { name: string; port: number }, request: CanaryRequest): Promise<CanaryResponse>;
  /** Undefined when the object does not exist. */
  read(object: {
    apiVersion: string;
    kind: string;
    name: string;
    namespace?: string;
  }): Promise<KubernetesObject | undefined>;
  /** The objects of a kind in a namespace that have these labels. */
  list(
    kind: { apiVersion: string; kind: string; namespace: string },
    labels: Record<string, string>,
  ): Promise<KubernetesObject[]>;
  secret(name: string, key: string): Promise<string>;
}

/**
 * Uses a component as its users do. Everything that it creates has the labels of its context, so that it is found and
 * removed again, whatever happens to the operation.
 */
export interface Verification extends Verifiable {
  /** What it creates. The rest is owned by these objects. */
  creates: readonly { apiVersion: string; kind: string; namespace: string }[];
  /**
   * Creates what is missing, and looks how far it is; called until it is over. Throws a CanaryError when a tool
   * refuses, which is tried again.
   */
  run(cluster: VerificationCluster, context: VerificationContext): Promise<VerificationProgress>;
}

export interface VerificationContext {
  stack: string;
  /** The name of what it creates, which differs for each operation. */
  name: string;
  labels: Record<string, string>;
  /** The pipeline image of the stack. */
  image: string;
}

/**
 * How far a verification is. A failure has the reason that the cluster or the tool gives. A program that ran may have
 * lacked its access to storage.
 */
export type VerificationProgress =
  { state: 'running'; detail: string } | { state: 'passed' } | { state: 'failed'; cause: string; ran?: true };

/** The part of a cluster that a verification may use. */
export interface VerificationCluster {
  /** The part that a canary of a namespace may use. */
  within(namespace: string): CanaryCluster;
  list(
    of: { apiVersion: string; kind: string; namespace: string },
    labels: Record<string, string>,
  ): Promise<KubernetesObject[]>;
  apply(object: KubernetesObject): Promise<void>;
  /** Creates a Secret unless it exists. */
  createSecret(secret: KubernetesObject): Promise<void>;
}

export interface CanaryRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  path: string;
  /** A string is sent unchanged, any other value as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface CanaryResponse {
  status: number;
  /** Parsed JSON, or text. */
  body: unknown;
}

export interface OutputContext {
  spec: StackSpec;
  names: ResourceNames;
}

export interface RegistrationContext extends OutputContext {
  /** Environment variables with which pods of the cluster find the tools of the stack; never a secret. */
  podEnvironment: Record<string, string>;
}

/** Where the clients of a component run: on a user's machine, or in a pod of the cluster. */
export type ClientLocation = 'outside' | 'cluster';

/** By resource (`experiment-tracker`), then by property (`tracking-url`). */
export type Outputs = Record<string, Record<string, Output>>;

/**
 * A value, or a reference to a secret, which is resolved when an authorized caller requests it. A connection string
 * exists only where the stack has shared keys.
 */
export type Output =
  string | { secret: { namespace: string; name: string; key: string } } | { storage: 'connection-string' };
