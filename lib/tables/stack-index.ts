import type { TransactionAction } from '@azure/data-tables';
import { fromRow, INDEX, readableStack, rowKeys, rowsIn, toRow } from './entities.ts';
import { isRowMissing, statusOf } from './errors.ts';
import type { Page, PageRequest } from './pages.ts';
import { isUnsettled, type StackRecord } from './records.ts';
import type { Rows } from './rows.ts';

/** Set when the index has the stacks of a table that is older than the index. */
const COMPLETE = 'complete';

/** Longer than any request runs, in milliseconds: the commit of a stack follows its mark within this time. */
const MARK_LASTS = 3_600_000;

interface Mark {
  name: string;
  /** When an operation began to hold the stack, which is unsettled from then on. */
  at: string;
}

/**
 * The names of all stacks, and marks of the unsettled ones, in a partition of their own, so that lists
 * need not search all partitions. A transaction is limited to one partition. So the index is written before the stack:
 * it may name too much, never too little, and every reader looks at the stack itself.
 */
export function stackIndex({ withTable, rowsOf, read, page, keysOf, write }: Rows) {
  let isComplete = false;

  /** Adds the stacks of a table that is older than the index, once. */
  const complete = async (): Promise<void> => {
    if (isComplete) return;
    if ((await read(INDEX, COMPLETE)) === undefined) {
      const rows = await rowsOf(`RowKey eq '${rowKeys.state}'`);
      await write(
        rows.flatMap((row) => {
          const stack = readableStack(row);
          return stack === undefined ? [] : entriesOf(stack);
        }),
      );
      await write([['upsert', toRow(INDEX, COMPLETE, {}), 'Replace']]);
    }
    isComplete = true;
  };

  /** The record of a stack; undefined when it does not exist or its row is damaged. */
  const stackIn = (name: string): Promise<StackRecord | undefined> =>
    withTable(async (table) => {
      try {
        return readableStack(await table.getEntity<{ data: string }>(name, rowKeys.state));
      } catch (error) {
        if (isRowMissing(error)) return undefined;
        throw error;
      }
    });

  /** Removes a mark, unless it was written again. */
  const removeMark = (name: string, etag: string): Promise<void> =>
    withTable(async (table) => {
      try {
        await table.deleteEntity(INDEX, rowKeys.held(name), { etag });
      } catch (error) {
        if (![404, 412].includes(statusOf(error) ?? 0)) throw error;
      }
    });

  return {
    /** Adds a stack before it is stored. */
    add: (stack: StackRecord): Promise<void> => write(entriesOf(stack)),

    /** A page of the stacks by name. An unreadable row is left out, so that it does not hide the others. */
    async list(request: PageRequest): Promise<Page<StackRecord>> {
      await complete();
      const { items, ...next } = await page<{ name: string }>(rowsIn(INDEX, rowKeys.listed('')), request);
      const found = await Promise.all(items.map(({ name }) => stackIn(name)));
      return { items: found.filter((stack) => stack !== undefined), ...next };
    },

    async names(): Promise<string[]> {
      await complete();
      const keys = await keysOf(rowsIn(INDEX, rowKeys.listed('')));
      return keys.map((key) => key.slice(rowKeys.listed('').length));
    },

    /** The unsettled stacks. Removes the marks of others; `now` is in milliseconds since the epoch. */
    async unsettled(now: number): Promise<StackRecord[]> {
      await complete();
      const marks = (await rowsOf(rowsIn(INDEX, rowKeys.held('')))).map((row) => fromRow<Mark>(row));
      const found = await Promise.all(
        marks.map(async ({ value: { name, at }, etag }) => {
          const stack = await stackIn(name);
          if (stack !== undefined && isUnsettled(stack)) return stack;
          if (now - Date.parse(at) > MARK_LASTS) await removeMark(name, etag);
          return undefined;
        }),
      );
      return found.filter((stack) => stack !== undefined);
    },
  };
}

function entriesOf({ spec: { name }, activeOperation, updatedAt: at }: StackRecord): TransactionAction[] {
  const mark: Mark = { name, at };
  return [
    ['upsert', toRow(INDEX, rowKeys.listed(name), { name }), 'Replace'],
    ...(activeOperation === undefined
      ? []
      : ([['upsert', toRow(INDEX, rowKeys.held(name), mark), 'Replace']] satisfies TransactionAction[])),
  ];
}
