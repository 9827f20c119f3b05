import type { Person, Role } from '../domain/principal.ts';
import { toRow } from './entities.ts';
import { statusOf } from './errors.ts';
import type { Rows } from './rows.ts';

/** The partition of the people; no stack can have this name. */
const PEOPLE = '~people';

/** Somebody who signed in. */
export interface PersonRecord extends Person {
  /** The role in the last token. */
  role: Role;
  /** When the last token was seen, ISO 8601. */
  seenAt: string;
}

/** How often somebody is noted who did not change, in milliseconds. */
const NOTED_EVERY = 3_600_000;

/** Who signed in, so that people can be named, and so that a chat knows their last role. */
export function peopleRecords({ withTable, read, query }: Rows) {
  /** What this process noted, and until when that is enough. */
  const noted = new Map<string, { what: string; until: number }>();

  const put = async (person: PersonRecord): Promise<void> => {
    await withTable((table) => table.upsertEntity(toRow(PEOPLE, person.id, person), 'Replace'));
  };

  const remove = (id: string): Promise<void> =>
    withTable(async (table) => {
      try {
        await table.deleteEntity(PEOPLE, id);
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    });

  return {
    async get(id: string): Promise<PersonRecord | undefined> {
      return (await read<PersonRecord>(PEOPLE, id))?.value;
    },

    put,

    /**
     * Notes who signed in, with the role in the token; without a role, forgets them. Writes at most once an hour for
     * somebody who did not change. `now` is in milliseconds since the epoch.
     */
    async note(person: Person, role: Role | undefined, now: number): Promise<void> {
      const { id } = person;
      const what = JSON.stringify([person.name, person.type, role]);
      const before = noted.get(id);
      if (before?.what === what && now < before.until) return;
      await (role === undefined ? remove(id) : put({ ...person, role, seenAt: new Date(now).toISOString() }));
      noted.set(id, { what, until: now + NOTED_EVERY });
    },

    list: () => query<PersonRecord>(`PartitionKey eq '${PEOPLE}'`),
  };
}
