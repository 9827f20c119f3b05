import type {
  TableClient,
  TableEntityResult,
  TableEntityResultPage,
  TransactionAction,
} from '@azure/data-tables';
import { isUnavailable } from '../domain/problem.ts';
import { fromRow, type Data, type Stored } from './entities.ts';
import { isRowMissing, isTableMissing, orUnavailable } from './errors.ts';
import { fromToken, invalidToken, toToken, type Page, type PageRequest } from './pages.ts';

/** The limit of Table Storage for one transaction. */
const MAX_ACTIONS = 100;

/** Reads and writes rows of one table. */
export function openRows(client: TableClient) {
  let created: Promise<void> | undefined;

  /** Runs a request on the table, which is created before the first one, and again when it is gone. */
  const withTable = async <T>(request: (table: TableClient) => Promise<T>, isRetry = false): Promise<T> => {
    created ??= client.createTable().then(() => undefined);
    try {
      await orUnavailable(created);
    } catch (error) {
      created = undefined;
      throw error;
    }
    try {
      return await orUnavailable(request(client));
    } catch (error) {
      if (isRetry || !isTableMissing(error)) throw error;
      created = undefined;
      return withTable(request, true);
    }
  };

  const read = <T>(partition: string, rowKey: string): Promise<Stored<T> | undefined> =>
    withTable(async (table) => {
      try {
        return fromRow<T>(await table.getEntity<{ data: string }>(partition, rowKey));
      } catch (error) {
        if (isRowMissing(error)) return undefined;
        throw error;
      }
    });

  const rowsOf = (filter: string) =>
    withTable((table) => Array.fromAsync(table.listEntities<Data>({ queryOptions: { filter } })));

  const query = async <T>(filter: string): Promise<T[]> =>
    (await rowsOf(filter)).map((row) => fromRow<T>(row).value);

  /** The keys of rows, without their data; with `most`, only of the first ones. */
  const keysOf = async (filter: string, most?: number): Promise<string[]> => {
    const queryOptions = { filter, select: ['RowKey'] };
    const rows = await withTable(async (table) => {
      const found = table.listEntities<Pick<TableEntityResult<Data>, 'rowKey'>>({ queryOptions });
      if (most === undefined) return Array.fromAsync(found);
      const first = await found.byPage({ maxPageSize: most }).next();
      return first.done === true ? [] : first.value;
    });
    return rows.map(({ rowKey = '' }) => rowKey);
  };

  /** One page of a query. Throws INVALID_REQUEST for a token that is not from this query. */
  const page = async <T>(filter: string, { limit, continuationToken }: PageRequest): Promise<Page<T>> => {
    const position = continuationToken === undefined ? undefined : fromToken(filter, continuationToken);
    try {
      const { value: found } = (await withTable((table) =>
        table
          .listEntities<Data>({ queryOptions: { filter } })
          .byPage({ maxPageSize: limit, ...(position !== undefined && { continuationToken: position }) })
          .next(),
      )) as IteratorYieldResult<TableEntityResultPage<Data>>;
      return {
        items: found.map((row) => fromRow<T>(row).value),
        ...(found.continuationToken !== undefined && {
          continuationToken: toToken(filter, found.continuationToken),
        }),
      };
    } catch (error) {
      // The client and the service have several errors for a position that they did not make.
      if (position === undefined || isUnavailable(error)) throw error;
      throw invalidToken();
    }
  };

  /** Writes rows of one partition, in as few transactions as possible, in this order. */
  const write = async (actions: readonly TransactionAction[]): Promise<void> => {
    for (let start = 0; start < actions.length; start += MAX_ACTIONS)
      await withTable((table) => table.submitTransaction(actions.slice(start, start + MAX_ACTIONS)));
  };

  return { withTable, read, rowsOf, query, keysOf, page, write };
}

export type Rows = ReturnType<typeof openRows>;
