/** The roles of callers; each role includes the ones before it. */
export const ROLES = ['Reader', 'Operator', 'Admin'] as const;
export type Role = (typeof ROLES)[number];

/** A caller: an Entra principal, identified by tenant and object id, never by a name that can change. */
export interface Principal {
  id: string;
  /** The display name. */
  name: string;
  role: Role;
}
