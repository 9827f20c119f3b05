import type { Person } from '../../lib/domain/principal.ts';
import type { Clock } from '../clock.ts';
import type { Collection } from '../document-store.ts';
import type { BlobStore } from './blobs.ts';
import type { ClusterBackend } from './cluster-backend.ts';
import type { ImageBuild } from './image-build.ts';
import type { Failure, Operation, Operations } from './operations.ts';
import type { Quota } from './quota-limits.ts';
import type { SubscriptionStore } from './subscription-settings.ts';

/** The address of the real Resource Manager. Every URL in a response starts with it. */
export const ARM = 'https://management.azure.com';

export type Json = Record<string, unknown>;

export interface Resource<Properties extends object = Json> {
  id: string;
  name: string;
  type: string;
  location?: string;
  tags?: Record<string, string>;
  properties: Properties;
  [member: string]: unknown;
}

/** One parsed request. */
export interface ArmRequest {
  method: string;
  /** Without the query and with a single leading slash. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: Json;
  apiVersion: string;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Simulated seconds before the response is sent. The effect is immediate. */
  seconds?: number;
}

/** What a path identifies: a resource or, without a name, a collection. */
export interface Target {
  /** With Azure's capitalization, for example Microsoft.Storage/storageAccounts. */
  type: string;
  name?: string;
  id: string;
  /** The id in lower case: Azure's ids are case-insensitive. */
  key: string;
  /** The id of the subscription, resource group or resource that contains it. */
  within: string;
  /** The lower-case id of the parent resource, if it is a child resource. */
  parent?: string;
  group?: string;
  action?: string;
}

type Handler = (azure: Azure, target: Target, request: ArmRequest) => Reply;

/** A resource type: data for the gateway, and handlers where it differs from the defaults. */
export interface ResourceType {
  name: string;
  apiVersions: readonly string[];
  /** A tracked resource has a location and tags, belongs to a group and is in the generic list of resources. */
  isTracked: boolean;
  /** Seconds that a deletion takes, alone or as part of a group's deletion. */
  deleteSeconds: number;
  put?: Handler;
  get?: Handler;
  list?: Handler;
  delete?: Handler;
  /** POST actions by lower-case name. */
  actions?: Record<string, Handler>;
  /** The effect of an operation when it ends, by its verb. A returned failure makes the operation fail. */
  complete?: Record<string, (azure: Azure, key: string) => Failure | undefined>;
  /** The effect of a failed operation; `provisioningState: Failed` by default. */
  fail?: (azure: Azure, key: string, verb: string) => void;
}

/** A policy assignment with the effect `denyAction` on deletions. */
export interface DenyDelete {
  /** The name of the assignment. */
  policy: string;
  /** Matched against the lower-case ids of tracked resources. */
  resource: RegExp;
}

/** The state that all handlers share. */
export interface Azure {
  subscriptionId: string;
  tenantId: string;
  principalId: string;
  clock: Clock;
  /** By lower-case id. */
  resources: Collection<Resource>;
  /** Deleted storage accounts that can be restored, by their former lower-case id. */
  deletedAccounts: Collection<Resource>;
  denyDelete: DenyDelete[];
  operations: Operations;
  quota: Quota;
  subscription: SubscriptionStore;
  clusters: ClusterBackend;
  blobs: BlobStore;
  directory: { find: (id: string) => Person | undefined };
  /** The condition of the control plane's own role assignment; without it, it may assign all roles. */
  delegation: string | undefined;
  /** Image builds by the lower-case id of their run. */
  builds: Collection<ImageBuild>;
  /** Global names (storage accounts, registries) that other tenants use. */
  takenNames: ReadonlySet<string>;
  typeOf: (name: string) => ResourceType | undefined;
  /** Every resource type, in the order in which providers list them. */
  types: readonly ResourceType[];
}

export type { Failure, Operation };
