/** What a component registers with a registrar. Plain data without secrets. */
export interface Registration {
  /** The type in the terms of the registrar; a stack has one registration of each type. */
  type: string;
  flavor: string;
  /** Settings of others stay; `null` clears a setting. */
  configuration: Record<string, unknown>;
  /** Values that the registrar stores as secrets, by key. */
  secret?: Record<string, string | SecretReference>;
}

/** A key of a Secret in the cluster. */
export interface SecretReference {
  secret: { namespace: string; name: string; key: string };
}
