import type { StackSpec } from '../domain/spec.ts';
import type { ResourceNames } from '../domain/names.ts';
import type { StorageRole } from '../domain/plan.ts';
import type { PublicAccess } from '../domain/public-access.ts';
import type { Registration } from '../domain/registration.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { StandIn } from './stand-in.ts';

/**
 * A tool of the catalogue: data and pure builders, nothing that acts. Plans, manifests, outputs, help texts
 * and tests all read it from here.
 */
export interface Component {
  /** Lower-case letters and digits; what users type. */
  name: string;
  title: string;
  /** The pinned version of the tool, or the kind of the Azure resource where there is no tool. */
  version: string;
  /** One line for help texts. */
  summary: string;
  /** What it is in a stack, such as `model-deployer`; a stack has one component at most in each slot. */
  slot?: string;
  /** Components of which those that the stack has must work before this one is installed. */
  dependsOn: string[];
  /**
   * Whether the rest of the spec calls for it. A component with this comes and goes by itself: it is in no
   * preset, and nobody can choose it.
   */
  when?: (spec: StackSpec) => boolean;
  /** The service that people use. */
  endpoint?: Endpoint;
  azure?: AzureNeeds;
  workload?: Workload;
  /** Makes the other components known to its own users. */
  registrar?: Registrar;
  /** What it is to a registrar, by the registrar's name, in a stack that has both. */
  registers?: Record<string, (context: OutputContext) => Registration[]>;
  outputs(context: OutputContext): Outputs;
  /** The variables by which its clients find it, where they have such; never a secret. */
  environment?(context: OutputContext, from: ClientLocation): Record<string, string>;
}

/**
 * A service that people use. Local ports are fixed, so that the addresses in outputs and scripts stay true from one
 * connection to the next; they differ from the tools' own ports, which may be taken on a laptop.
 */
export interface Endpoint {
  /** The port that is forwarded to it on a laptop; no other component may have the same. */
  local: number;
  namespace: string;
  service: string;
  port: number;
  /** The port of the gateway, where access is public. Only for tools that know their callers by themselves. */
  public?: number;
}

/** What a component uses in Azure, beside the cluster. */
export interface AzureNeeds {
  registry?: true;
  /** Blob containers of the stack's storage account. */
  containers?: string[];
  /** A managed identity that the pods of one service account act as. */
  identity?: {
    namespace: string;
    serviceAccount: string;
    /** Roles on containers of this component; narrowest scope. */
    grants: { container: string; role: StorageRole }[];
  };
}

/** What a component runs in the cluster. */
export interface Workload {
  namespace: string;
  /** Secrets that are made once, with random values, and then kept for the life of the stack. */
  secrets: GeneratedSecret[];
  /** TLS Secrets that are made once and then kept, with certificates that sign themselves. */
  certificates?: Certificate[];
  /** Every object but the generated secrets, in any order. */
  manifests(context: ManifestContext): KubernetesObject[];
  /** What the tool itself makes outside its namespaces; removed with it. */
  makes?: ObjectName[];
  /** What runs in place of its images in the local cluster; loaded only there. */
  standIn?: () => Promise<StandIn>;
  /** Whether it does its work; run through the API server's service proxy, so nothing needs to be public. */
  canary: Canary;
  /** How long installation and canary usually take on a fresh node, in seconds. */
  usual: { install: number; canary: number };
}

/** Names an object that is in no namespace. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  name: string;
}

/**
 * A TLS Secret. Its host is the public name of the stack, where access is public, or a service of the component:
 * then webhooks that the API server calls there are given the certificate (see manifests/webhook.ts).
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
 * Fixed text; that many random characters (letters and digits); or a text in which `{key}` stands for the value
 * of a key above.
 */
export type SecretValue = string | { random: number } | { template: string };

export interface ManifestContext {
  stack: string;
  storageAccount: string;
  /** Client id of the component's managed identity, where it has one. */
  clientId?: string;
  /** Where access is public. */
  public?: PublicAccess;
}

/** The capability to register what a stack has with a tool, so that the tool's users find it there. */
export interface Registrar {
  /** Title of the step. */
  title: string;
  /** How long it usually takes, in seconds. */
  usual: number;
  /** Makes the registration have exactly these parts, and writes nothing where it has. Throws a CanaryError. */
  register(cluster: CanaryCluster, stack: string, parts: readonly Part[]): Promise<void>;
}

/** A registration with the values of its secret. */
export interface Part extends Omit<Registration, 'secret'> {
  secret?: Record<string, string>;
}

/** Throws a CanaryError when the tool does not do what it is there for. */
export type Canary = (cluster: CanaryCluster) => Promise<void>;

export class CanaryError extends Error {
  override name = 'CanaryError';
}

/** What a canary may do: call a service of its namespace, read an object, read a generated secret. */
export interface CanaryCluster {
  /** `path` begins with a slash. A refused connection or missing endpoint rejects; HTTP errors are returned. */
  call(service: { name: string; port: number }, request: CanaryRequest): Promise<CanaryResponse>;
  /** Undefined when there is no such object. */
  read(object: {
    apiVersion: string;
    kind: string;
    name: string;
    namespace?: string;
  }): Promise<KubernetesObject | undefined>;
  secret(name: string, key: string): Promise<string>;
}

export interface CanaryRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  path: string;
  /** A string is sent as it is; anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface CanaryResponse {
  status: number;
  /** Parsed when it is JSON, else text. */
  body: unknown;
}

export interface OutputContext {
  spec: StackSpec;
  names: ResourceNames;
}

/** Where the clients of a component run: on somebody's machine, or in a pod of the cluster. */
export type ClientLocation = 'outside' | 'cluster';

/** By resource (`experiment-tracker`), then by property (`tracking-url`). */
export type Outputs = Record<string, Record<string, Output>>;

/** A value, or where a secret value lies; secrets are resolved when an authorised caller asks for them. */
export type Output =
  string | { secret: { namespace: string; name: string; key: string } } | { storage: 'connection-string' };
