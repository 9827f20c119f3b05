import { userInfo } from 'node:os';
import type { Person } from '../lib/domain/principal.ts';
import { TENANT } from './azure/client.ts';

/** The user of this machine, in the simulated directory. */
export const DEVELOPER: Person & { tenant: string } = {
  tenant: TENANT,
  id: '5a1ad000-0000-4000-8000-00000000000d',
  name: userInfo().username,
  type: 'User',
};

const user = (digits: string, name: string): Person => ({
  id: `5a1ad000-0000-4000-8000-0000000000${digits}`,
  name,
  type: 'User',
});

/** Everybody in the simulated directory when it is new. */
export const PEOPLE: readonly Person[] = [
  { id: DEVELOPER.id, name: DEVELOPER.name, type: DEVELOPER.type },
  user('a1', 'ada'),
  user('a2', 'lin'),
  user('a3', 'kim'),
];
