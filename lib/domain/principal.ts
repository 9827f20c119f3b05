/** What a caller may do; each role includes the ones before it. */
export const ROLES = ['Reader', 'Operator', 'Admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls: an Entra principal, identified by tenant and object id, never by a name that can change. */
export interface Principal {
  id: string;
  /** For people to read. */
  name: string;
  role: Role;
}
