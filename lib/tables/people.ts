import type { Person, Role } from '../domain/principal.ts';
import { toRow } from './entities.ts';
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

/** Who signed in, so that people can be named, and so that a chat knows their last role. */
export const peopleRecords = ({ withTable, read, query }: Rows) => ({
  async get(id: string): Promise<PersonRecord | undefined> {
    return (await read<PersonRecord>(PEOPLE, id))?.value;
  },

  async put(person: PersonRecord): Promise<void> {
    await withTable((table) => table.upsertEntity(toRow(PEOPLE, person.id, person), 'Replace'));
  },

  list: () => query<PersonRecord>(`PartitionKey eq '${PEOPLE}'`),
});
