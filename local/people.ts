import { userInfo } from 'node:os';
import type { Person, Role } from '../lib/domain/principal.ts';
import { TENANT } from './azure/client.ts';

/** Somebody in the simulated directory. */
export type LocalPerson = Person & {
  tenant: string;
  /** What somebody is asked for to recognize them. */
  email: string;
  role?: Role;
};

const somebody = (name: string, lastOfId: string, role?: Role): LocalPerson => ({
  tenant: TENANT,
  id: `5a1ad000-0000-4000-8000-0000000000${lastOfId}`,
  name,
  email: `${name.toLowerCase()}@matcha.example`,
  type: 'User',
  ...(role && { role }),
});

/** The user of this machine. */
export const DEVELOPER = somebody(userInfo().username, '0d', 'Admin');

/** Everybody in the simulated directory. */
export const PEOPLE = {
  developer: DEVELOPER,
  ada: somebody('ada', 'a1', 'Operator'),
  lin: somebody('lin', 'a2', 'Operator'),
  kim: somebody('kim', 'a3', 'Reader'),
  /** Has no role. */
  max: somebody('max', 'a4'),
} as const satisfies Record<string, LocalPerson>;

/** Everybody by role, on one line. */
export function peopleText(): string {
  const byRole = Map.groupBy(Object.values<LocalPerson>(PEOPLE), ({ role }) => role ?? 'no role');
  return Array.from(
    byRole,
    ([role, people]) => `${people.map(({ name }) => name).join(', ')} (${role})`,
  ).join(', ');
}
