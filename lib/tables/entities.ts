import type { TableEntityResult } from '@azure/data-tables';

/**
 * Row keys, one partition per stack. They sort by kind, then by what a reader wants first, and stay under the
 * 255 bytes of Cosmos DB for Table.
 */
export const rowKeys = {
  state: 'state',
  operation: (id: string) => `op|${id}`,
  step: (operation: string, step: string) => `step|${operation}|${step}`,
  receipt: (operation: string) => `receipt|${operation}`,
  /** Newest first: time counts down. `unique` keeps two events of one millisecond apart. */
  event: (at: number, unique: string) => `evt|${String(LAST_TIME - at).padStart(14, '0')}|${unique}`,
};

/** Wednesday, 16 November 5138: beyond every time that is stored. */
const LAST_TIME = 99_999_999_999_999;

/** The row keys that begin with `prefix`, as a filter of OData. `}` is the character after `|`. */
export const startingWith = (prefix: string): string =>
  `RowKey ge '${prefix}' and RowKey lt '${prefix.slice(0, -1)}}'`;

/** A property holds 32 K characters; Azure's own emulator does not mind, so this is checked here. */
const LONGEST = 32_000;

/** A type and not an interface: the client wants an index signature, which only a type has implicitly. */
export type Row = { partitionKey: string; rowKey: string; data: string };

/** A record as a row: its JSON in one property, in the partition of its stack. */
export function toRow(stack: string, rowKey: string, record: object): Row {
  const data = JSON.stringify(record);
  if (data.length > LONGEST)
    throw new RangeError(`${rowKey} of ${stack} is too large to store (${data.length}).`);
  return { partitionKey: stack, rowKey, data };
}

/** What a row holds, with the ETag under which it was read. */
export const fromRow = <T>({ data, etag }: TableEntityResult<{ data: string }>): Stored<T> => ({
  value: JSON.parse(data) as T,
  etag,
});

export interface Stored<T> {
  value: T;
  etag: string;
}
