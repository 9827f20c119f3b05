import type { Clock } from '../clock.ts';
import type { Documents } from '../documents.ts';
import type { ClusterFleet } from './fleet.ts';
import type { Failure, Operation, Operations } from './operations.ts';
import type { Quota } from './quota-limits.ts';
import type { SubscriptionStore } from './subscription-settings.ts';

/** Where the real Resource Manager lives; every URL that is handed out starts with it. */
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

/** One request, after the server has read it. */
export interface Call {
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
  /** Simulated seconds that pass before the answer is sent; what was asked is done at once. */
  seconds?: number;
}

/** What a path points at: a resource, or with no name the collection it would be in. */
export interface Target {
  /** As Azure writes it, for example Microsoft.Storage/storageAccounts. */
  type: string;
  name?: string;
  id: string;
  /** The id in lower case: Azure's ids are case-insensitive. */
  key: string;
  /** The subscription, resource group or resource that it is in. */
  within: string;
  /** The lower-case id of the resource that it is a child of, if any. */
  parent?: string;
  group?: string;
  action?: string;
}

type Handler = (azure: Azure, target: Target, call: Call) => Reply;

/** A resource type: data for the gateway, and the handlers in which it differs from the others. */
export interface ResourceType {
  name: string;
  apiVersions: readonly string[];
  /** Has a location and tags, belongs to a group and appears in the generic list of resources. */
  isTracked: boolean;
  /** How long a deletion takes, as part of a group's deletion or by itself. */
  deleteSeconds: number;
  put?: Handler;
  get?: Handler;
  list?: Handler;
  delete?: Handler;
  /** POST actions by lower-case name. */
  actions?: Record<string, Handler>;
  /** What an operation brings about when it ends, by its verb; a failure stops it from succeeding. */
  complete?: Record<string, (azure: Azure, key: string) => Failure | undefined>;
  /** What a failed operation leaves behind; `provisioningState: Failed` unless told. */
  fail?: (azure: Azure, key: string, verb: string) => void;
}

/** An assignment of a policy with the effect denyAction, which forbids deletions. */
export interface DenyDelete {
  /** Name of the assignment. */
  policy: string;
  /** Matched against the lower-case ids of resources that have a location and tags. */
  resource: RegExp;
}

/** What all handlers work on. */
export interface Azure {
  subscriptionId: string;
  tenantId: string;
  principalId: string;
  clock: Clock;
  /** By the lower-case id. */
  resources: Documents<Resource>;
  /** Storage accounts that can be restored, by the lower-case id that they had. */
  deletedAccounts: Documents<Resource>;
  denyDelete: DenyDelete[];
  operations: Operations;
  quota: Quota;
  subscription: SubscriptionStore;
  clusters: ClusterFleet;
  /** Global names (storage accounts, registries) that somebody else in the world has. */
  takenNames: ReadonlySet<string>;
  typeOf: (name: string) => ResourceType | undefined;
  /** Every resource type, as the providers list them. */
  types: readonly ResourceType[];
}

export type { Failure, Operation };
