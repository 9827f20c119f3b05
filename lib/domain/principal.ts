import { ProblemError } from './problem.ts';

/** What a caller may do; each role includes the ones before it. */
export const ROLES = ['Reader', 'Operator', 'Admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls: an Entra principal, known by tenant and object id, never by a name that can change. */
export interface Principal {
  id: string;
  /** For people to read. */
  name: string;
  role: Role;
}

/** Refuses a caller who lacks the role. */
export function authorize(principal: Principal, needed: Role): void {
  if (ROLES.indexOf(principal.role) >= ROLES.indexOf(needed)) return;
  throw new ProblemError(
    'NOT_ALLOWED',
    `This needs the role ${needed}; ${principal.name} is ${principal.role}.`,
  );
}
