import type { StackSpec } from '../domain/spec.ts';
import type { ResourceNames } from '../domain/names.ts';
import type { StorageRole } from '../domain/plan.ts';
import type { PublicAccess } from '../domain/public-access.ts';
import type { Registration } from '../domain/zenml-stack.ts';
import type { KubernetesObject } from '../manifests/object.ts';

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
  /** What it is to ZenML, in a stack that has both. */
  registers?(context: OutputContext): Registration[];
  outputs(context: OutputContext): Outputs;
  /** The variables by which its clients find it, where they have such; never a secret. */
  environment?(context: OutputContext, from: Place): Record<string, string>;
}

/** A service that people use. */
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
  /** A Secret with a certificate for the stack's public name; made once, where access is public. */
  certificate?: { name: string; namespace: string };
  /** Every object but the generated secrets, in any order. */
  manifests(context: ManifestContext): KubernetesObject[];
  /** What the tool itself makes outside its namespaces; removed with it. */
  makes?: { apiVersion: string; kind: string; name: string }[];
  /** Whether it does its work; run through the API server's service proxy, so nothing needs to be public. */
  canary: Canary;
  /** How long installation and canary usually take on a fresh node, in seconds. */
  usual: { install: number; canary: number };
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
  /** Set where there is no Blob Storage: artifacts lie on the disk of the tool. */
  artifacts?: 'volume';
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
export type Place = 'outside' | 'cluster';

/** By resource (`experiment-tracker`), then by property (`tracking-url`). */
export type Outputs = Record<string, Record<string, Output>>;

/** A value, or where a secret value lies; secrets are resolved when an authorised caller asks for them. */
export type Output =
  string | { secret: { namespace: string; name: string; key: string } } | { storage: 'connection-string' };
