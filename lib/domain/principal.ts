import { z } from 'zod';

/** The roles of callers; each role includes the ones before it. */
export const ROLES = ['Reader', 'Operator', 'Admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role is at least another one. */
export const includesRole = (held: Role, needed: Role): boolean =>
  ROLES.indexOf(held) >= ROLES.indexOf(needed);

/** How a request reached Matcha; `matcha` is Matcha itself, such as a timer. */
export const CHANNELS = ['api', 'slack', 'teams', 'matcha'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Somebody in the directory of the deployment, identified by an object id and never by a name, which can change. */
export const person = z.strictObject({
  /** The object id. */
  id: z.string(),
  /** The display name when it was last seen. */
  name: z.string(),
  /** Azure distinguishes both where it assigns roles. */
  type: z.enum(['User', 'ServicePrincipal']),
});
export type Person = z.infer<typeof person>;

/** The caller of a request. */
export interface Principal extends Person {
  /** The tenant of the object id. */
  tenant: string;
  role: Role;
  channel: Channel;
  /** Identifies the request in the logs and events. */
  correlationId?: string;
}

/** Who the owner and members of a stack are. */
export interface Team {
  owner: Person;
  members: readonly Person[];
}

export const RELATIONS = ['owner', 'member', 'stranger'] as const;
export type Relation = (typeof RELATIONS)[number];

/** What a person is to a stack. */
export function relationTo({ owner, members }: Team, { id }: Pick<Person, 'id'>): Relation {
  if (owner.id === id) return 'owner';
  return members.some((member) => member.id === id) ? 'member' : 'stranger';
}

/** The caller as stored in the spec of a stack. */
export const personOf = ({ id, name, type }: Person): Person => ({ id, name, type });

/** Matcha itself. */
export const MATCHA: Principal = {
  id: 'matcha',
  tenant: '',
  name: 'matcha',
  type: 'ServicePrincipal',
  role: 'Operator',
  channel: 'matcha',
};

/** Who did something, in an event. */
export const actor = z.strictObject({
  /** The display name. */
  actor: z.string(),
  /** `tenant:object id`, to rely on; absent for Matcha itself. */
  actorId: z.string().exactOptional(),
  channel: z.enum(CHANNELS),
  correlationId: z.string().exactOptional(),
});
export type Actor = z.infer<typeof actor>;

export const actorOf = ({ tenant, id, name, channel, correlationId }: Omit<Principal, 'role'>): Actor => ({
  actor: name,
  ...(channel !== 'matcha' && { actorId: `${tenant}:${id}` }),
  channel,
  ...(correlationId !== undefined && { correlationId }),
});
