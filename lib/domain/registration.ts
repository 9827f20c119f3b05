/** What a component is to a registrar: one part of what that registers for a stack. Plain data, free of secrets. */
export interface Registration {
  /** The registrar's word for the part; a stack has one of each. */
  type: string;
  flavor: string;
  /** What others have set beside these stays; `null` takes back what is not to be set. */
  configuration: Record<string, unknown>;
  /** By key, what the registrar keeps secret for the part. */
  secret?: Record<string, string | SecretReference>;
}

/** Where a value lies in the cluster. */
export interface SecretReference {
  secret: { namespace: string; name: string; key: string };
}
