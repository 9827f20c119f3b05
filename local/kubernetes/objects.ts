import type * as client from '@kubernetes/client-node';
import type { KubernetesObject, ObjectMeta } from '../../lib/manifests/object.ts';

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: FieldsV1;
}

export interface FieldsV1 {
  [segment: string]: FieldsV1;
}

export interface Metadata extends ObjectMeta {
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  generation?: number;
  generateName?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** A Kubernetes object as stored by the API server. It is immutable. */
export interface ApiObject extends KubernetesObject {
  metadata: Metadata;
}

interface Typed<Spec, Status> extends ApiObject {
  spec: Spec;
  status?: Status;
}

interface Conditions {
  conditions?: Condition[];
}

/** The JSON representation of a model of the client library. */
type Plain<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Member in keyof T]: Plain<T[Member]> }
      : T;

export type PodSpec = Plain<client.V1PodSpec>;
export type PodTemplate = Plain<client.V1PodTemplateSpec>;
export type Container = Plain<client.V1Container>;
export type EnvVar = Plain<client.V1EnvVar>;
export type Probe = Plain<client.V1Probe>;
export type LabelSelector = Plain<client.V1LabelSelector>;

export interface PodStatus extends Conditions {
  phase: string;
  podIP?: string;
  containerStatuses?: { name: string; ready: boolean; image: string }[];
  [field: string]: unknown;
}

export interface WorkloadStatus extends Conditions {
  replicas?: number;
  readyReplicas?: number;
  [field: string]: unknown;
}

export type Pod = Typed<Plain<client.V1PodSpec>, PodStatus>;
export type Deployment = Typed<Plain<client.V1DeploymentSpec>, WorkloadStatus>;
export type ReplicaSet = Typed<Plain<client.V1ReplicaSetSpec>, WorkloadStatus>;
export type StatefulSet = Typed<Plain<client.V1StatefulSetSpec>, WorkloadStatus>;
export type DaemonSet = Typed<Plain<client.V1DaemonSetSpec>, WorkloadStatus>;
export type Job = Typed<Plain<client.V1JobSpec>, Conditions & Record<string, unknown>>;
export type Claim = Typed<
  Plain<client.V1PersistentVolumeClaimSpec>,
  { phase: string; [field: string]: unknown }
>;
export type Service = Typed<Plain<client.V1ServiceSpec>, Record<string, unknown>>;
export type Namespace = Typed<{ finalizers?: string[] }, Conditions & { phase: string }>;
export type Node = Typed<Record<string, unknown>, { images: { names: string[]; sizeBytes: number }[] }>;
export type CustomResourceDefinition = Typed<
  {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: { plural: string; kind: string; singular?: string; listKind?: string; shortNames?: string[] };
    versions: { name: string; served: boolean; storage: boolean; subresources?: { status?: object } }[];
  },
  Conditions & Record<string, unknown>
>;

export interface DataHolder extends ApiObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

export interface EndpointSlice extends ApiObject {
  addressType: 'IPv4';
  endpoints: {
    addresses: string[];
    conditions: { ready: boolean; serving: boolean; terminating: boolean };
    targetRef: { kind: string; name: string; namespace: string; uid: string };
  }[];
  ports: { name: string; port: number; protocol: string }[];
}

/** The types of resources by `<plural>` or `<plural>.<group>`. */
export interface ResourceTypes {
  [resource: string]: ApiObject;
  pods: Pod;
  services: Service;
  secrets: DataHolder;
  configmaps: DataHolder;
  namespaces: Namespace;
  nodes: Node;
  persistentvolumeclaims: Claim;
  'endpointslices.discovery.k8s.io': EndpointSlice;
  'deployments.apps': Deployment;
  'replicasets.apps': ReplicaSet;
  'statefulsets.apps': StatefulSet;
  'daemonsets.apps': DaemonSet;
  'jobs.batch': Job;
  'customresourcedefinitions.apiextensions.k8s.io': CustomResourceDefinition;
}

export type JsonRecord = Record<string, unknown>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member as a record; an empty record if it has another type. */
export const recordAt = (value: unknown, member: string): JsonRecord => {
  const found = isRecord(value) ? value[member] : undefined;
  return isRecord(found) ? found : {};
};

/** Removes null members, which are equivalent to absent ones. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

/** A timestamp with a precision of seconds, as in Kubernetes. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Adds or replaces a condition. Its transition time changes only with its status. */
export function setCondition(conditions: Condition[] | undefined, next: Condition, now: number): Condition[] {
  const before = conditions?.find(({ type }) => type === next.type);
  const since = before?.status === next.status ? before.lastTransitionTime : undefined;
  const condition = { ...next, lastTransitionTime: since ?? timestamp(now) };
  const others = (conditions ?? []).filter(({ type }) => type !== next.type);
  return [...others, condition].sort((a, b) => (a.type < b.type ? -1 : 1));
}

export const hasCondition = (object: { status?: Conditions }, type: string): boolean =>
  object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ??
  false;

/** The reference of a dependent to its controller. */
export const ownedBy = ({ apiVersion, kind, metadata: { name, uid } }: ApiObject): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

export const isOwnedBy = (object: ApiObject, owner: ApiObject): boolean =>
  object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

export const isPodReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
