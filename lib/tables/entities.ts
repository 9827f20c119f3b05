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

/** A property holds 32 K characters, a row 512 K; Azure's own emulator does not mind, so this is checked here. */
const LONGEST_PART = 32_000;
const MOST_PARTS = 15;

/** A type and not an interface: the client wants an index signature, which only a type has implicitly. */
export type Row = { partitionKey: string; rowKey: string } & Data;

/** JSON in as many properties as it needs: `data`, `data1`, `data2`, ... */
export type Data = { data: string } & { [part: `data${number}`]: string };

/** A record as a row, in the partition of its stack. */
export function toRow(stack: string, rowKey: string, record: object): Row {
  const json = JSON.stringify(record);
  const parts = Math.ceil(json.length / LONGEST_PART);
  if (parts > MOST_PARTS)
    throw new RangeError(`${rowKey} of ${stack} is too large to store (${json.length}).`);
  const row: Row = { partitionKey: stack, rowKey, data: json.slice(0, LONGEST_PART) };
  for (let part = 1; part < parts; part++)
    row[`data${part}`] = json.slice(part * LONGEST_PART, (part + 1) * LONGEST_PART);
  return row;
}

/** What a row holds, with the ETag under which it was read. */
export function fromRow<T>(row: TableEntityResult<Data>): Stored<T> {
  let json = row.data;
  for (let part = 1; row[`data${part}`] !== undefined; part++) json += row[`data${part}`] ?? '';
  return { value: JSON.parse(json) as T, etag: row.etag };
}

export interface Stored<T> {
  value: T;
  etag: string;
}
