import { randomUUID } from 'node:crypto';
import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import type { Durations } from '../domain/expected.ts';
import type { Receipt, StackEvent, StepRecord } from '../domain/status.ts';
import { fromRow, rowKeys, startingWith, toRow, type Data, type Stored } from './entities.ts';
import { orUnavailable, statusOf } from './errors.ts';
import type { OperationRecord, StackRecord } from './records.ts';

export type { Stored } from './entities.ts';
export type { OperationRecord, StackRecord } from './records.ts';

/** A change of a stack, stored with its event in one transaction. */
export interface Change {
  stack: StackRecord;
  /** The ETag that the stack was read with; undefined for a new stack. */
  etag: string | undefined;
  operation?: OperationRecord;
  event: StackEvent;
}

/** Stores stacks, operations and events in one table, with a partition for each stack. */
export function createStore(client: TableClient) {
  let created: Promise<void> | undefined;

  /** Runs a request on the table, which is created before the first one. */
  const withTable = async <T>(request: (table: TableClient) => Promise<T>): Promise<T> => {
    created ??= client.createTable().then(() => undefined);
    try {
      await orUnavailable(created);
    } catch (error) {
      created = undefined;
      throw error;
    }
    return orUnavailable(request(client));
  };

  const read = <T>(stack: string, rowKey: string): Promise<Stored<T> | undefined> =>
    withTable(async (table) => {
      try {
        return fromRow<T>(await table.getEntity<{ data: string }>(stack, rowKey));
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });

  const rowsOf = (filter: string) =>
    withTable((table) => Array.fromAsync(table.listEntities<{ data: string }>({ queryOptions: { filter } })));

  const query = async <T>(filter: string): Promise<T[]> =>
    (await rowsOf(filter)).map((row) => fromRow<T>(row).value);

  return {
    getStack: (name: string) => read<StackRecord>(name, rowKeys.state),

    /** An unreadable row is left out, so that it does not hide the other stacks. */
    async listStacks(): Promise<StackRecord[]> {
      const rows = await rowsOf(`RowKey eq '${rowKeys.state}'`);
      return rows.flatMap((row) => readableStack(row) ?? []);
    },

    async getOperation(stack: string, id: string): Promise<OperationRecord | undefined> {
      return (await read<OperationRecord>(stack, rowKeys.operation(id)))?.value;
    },

    /** Stores a change; false when the stack was changed since it was read. */
    async commit({ stack, etag, operation, event }: Change): Promise<boolean> {
      const { name } = stack.spec;
      const state = toRow(name, rowKeys.state, stack);
      const actions: TransactionAction[] = [
        etag === undefined ? ['create', state] : ['update', state, 'Replace', { etag }],
        ['create', eventRow(name, event)],
      ];
      if (operation !== undefined) {
        actions.push(['upsert', toRow(name, rowKeys.operation(operation.id), operation), 'Replace']);
      }
      try {
        await withTable((table) => table.submitTransaction(actions));
        return true;
      } catch (error) {
        if ([409, 412].includes(statusOf(error) ?? 0)) return false;
        throw error;
      }
    },

    async putStep(stack: string, operation: string, step: StepRecord): Promise<void> {
      const row = toRow(stack, rowKeys.step(operation, step.id), step);
      await withTable((table) => table.upsertEntity(row, 'Replace'));
    },

    listSteps: (stack: string, operation: string) =>
      query<StepRecord>(`PartitionKey eq '${stack}' and ${startingWith(rowKeys.step(operation, ''))}`),

    async getReceipt(stack: string, operation: string): Promise<Receipt | undefined> {
      const found = await read<Receipt & { operation: string }>(stack, rowKeys.receipt(operation));
      if (found === undefined) return undefined;
      const { operation: _, ...receipt } = found.value;
      return receipt;
    },

    async putReceipt(stack: string, operation: string, receipt: Receipt): Promise<void> {
      const row = toRow(stack, rowKeys.receipt(operation), { ...receipt, operation });
      await withTable((table) => table.upsertEntity(row, 'Replace'));
    },

    /** Newest first. */
    async listReceipts(stack: string): Promise<(Receipt & { operation: string })[]> {
      const receipts = await query<Receipt & { operation: string }>(
        `PartitionKey eq '${stack}' and ${startingWith(rowKeys.receipt(''))}`,
      );
      return receipts.sort((a, b) => (a.at < b.at ? 1 : -1));
    },

    /** Recent average durations of steps in seconds, by key. */
    async getDurations(): Promise<Durations> {
      const rows = await query<{ key: string; seconds: number }>(`PartitionKey eq '${MEASURED}'`);
      return Object.fromEntries(rows.map(({ key, seconds }) => [key, seconds]));
    },

    /**
     * When two operations end at the same time, the last write wins; later operations correct the average.
     */
    async putDurations(durations: Durations): Promise<void> {
      const rows = Object.entries(durations).map(([key, seconds]): TransactionAction => [
        'upsert',
        toRow(MEASURED, key, { key, seconds }),
        'Replace',
      ]);
      if (rows.length > 0) await withTable((table) => table.submitTransaction(rows));
    },

    /** Adds an event without a change of the stack, such as a revealed secret. */
    async appendEvent(stack: string, event: StackEvent): Promise<void> {
      await withTable((table) => table.createEntity(eventRow(stack, event)));
    },

    /** Newest first. */
    async listEvents(stack: string): Promise<StackEvent[]> {
      const events = await query<StackEvent>(`PartitionKey eq '${stack}' and ${startingWith('evt|')}`);
      return events.sort((a, b) => (a.at < b.at ? 1 : -1));
    },
  };
}

export type Store = ReturnType<typeof createStore>;

/** The partition of the measured durations; no stack can have this name. */
const MEASURED = '~measured';

const eventRow = (stack: string, event: StackEvent) =>
  toRow(stack, rowKeys.event(Date.parse(event.at), randomUUID().slice(0, 8)), event);

/** The stack in a row; undefined when the row is damaged. */
function readableStack(row: TableEntityResult<Data>): StackRecord | undefined {
  try {
    const { value } = fromRow<StackRecord>(row);
    return value.spec.name === row.partitionKey ? value : undefined;
  } catch {
    return undefined;
  }
}
