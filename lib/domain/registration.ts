/**
 * Where the steps of pipelines run: in the cluster, or on the machine of the user. Pipelines that deploy models also run
 * in the cluster, but are registered apart: what they need may conflict with what all pipelines need.
 */
export type Place = 'cluster' | 'local' | 'serving';

/** What a component registers with a registrar. Plain data without secrets. */
export interface Registration {
  /** The type in the terms of the registrar; a place has one registration of each type. */
  type: string;
  /** Where it is for; everywhere by default. What is for the cluster is also for serving. */
  place?: Place;
  flavor: string;
  /** Settings that always have these values. Settings of others stay, also in nested objects; `null` clears one. */
  configuration: Record<string, unknown>;
  /** Settings that users may change. */
  defaults?: Record<string, unknown>;
  /** Values that the registrar stores as secrets, by key. */
  secret?: Record<string, string | SecretReference>;
}

/** A key of a Secret in the cluster. */
export interface SecretReference {
  secret: { namespace: string; name: string; key: string };
}
