import type { TableEntityResult } from '@azure/data-tables';
import type { StackRecord } from './records.ts';

/**
 * Row keys; each stack has its own partition. Rows sort by kind, then in reading order. Keys stay under the
 * 255 bytes of Cosmos DB for Table.
 */
export const rowKeys = {
  state: 'state',
  operation: (id: string) => `op|${id}`,
  step: (operation: string, step: string) => `step|${operation}|${step}`,
  receipt: (operation: string) => `receipt|${operation}`,
  image: (run: string) => `image|${run}`,
  /** Newest first: the key counts down. `unique` distinguishes two events in one millisecond. */
  event: (at: number, unique: string) => `${EVENTS}${String(LAST_TIME - at).padStart(14, '0')}|${unique}`,
  /** In the index: a stack exists, or is about to. */
  listed: (stack: string) => `stack|${stack}`,
  /** In the index: an operation holds a stack or is about to, or the stack is otherwise unsettled. */
  held: (stack: string) => `held|${stack}`,
};

/** The prefix of the keys of all events. */
export const EVENTS = 'evt|';

/** The partition of the index; no stack can have this name. */
export const INDEX = '~index';

/** Wednesday, 16 November 5138: later than every stored time. */
const LAST_TIME = 99_999_999_999_999;

/**
 * An OData filter for row keys that start with `prefix`, which ends with `|`. `}` is the character after `|`.
 */
export const startingWith = (prefix: string): string =>
  `RowKey ge '${prefix}' and RowKey lt '${prefix.slice(0, -1)}}'`;

/** An OData filter for the rows of a partition whose keys start with `prefix`. */
export const rowsIn = (partition: string, prefix: string): string =>
  `PartitionKey eq '${partition}' and ${startingWith(prefix)}`;

/**
 * A property is limited to 32 K characters and a row to 512 K. The emulator does not enforce this, so it is checked
 * here. A part never ends between the two halves of a surrogate pair, which UTF-8 could not encode.
 */
const PARTS = /[^]{1,32000}(?![\uDC00-\uDFFF])/g;
const MAX_PARTS = 15;

/** A type and not an interface: the client requires an index signature, which only a type has implicitly. */
export type Row = { partitionKey: string; rowKey: string } & Data;

/** JSON, split over properties: `data`, `data1`, `data2`, ... */
export type Data = { data: string } & { [part: `data${number}`]: string };

/**
 * Converts a record to a row in the partition of its stack. Throws a RangeError for a record that is too
 * large.
 */
export function toRow(stack: string, rowKey: string, record: object): Row {
  const json = JSON.stringify(record);
  const [data = '', ...others] = json.match(PARTS) ?? [];
  if (others.length >= MAX_PARTS)
    throw new RangeError(`${rowKey} of ${stack} is too large to store (${json.length}).`);
  const row: Row = { partitionKey: stack, rowKey, data };
  for (const [index, part] of others.entries()) row[`data${index + 1}`] = part;
  return row;
}

/** Converts a row to its record, with the ETag that it was read with. */
export function fromRow<T>(row: TableEntityResult<Data>): Stored<T> {
  let json = row.data;
  for (let part = 1; row[`data${part}`] !== undefined; part++) json += row[`data${part}`] ?? '';
  return { value: JSON.parse(json) as T, etag: row.etag };
}

export interface Stored<T> {
  value: T;
  etag: string;
}

/** The stack in a row; undefined when the row is damaged. */
export function readableStack(row: TableEntityResult<Data>): StackRecord | undefined {
  try {
    const { value } = fromRow<StackRecord>(row);
    return value.spec.name === row.partitionKey ? value : undefined;
  } catch {
    return undefined;
  }
}
