import { randomUUID } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { Durations } from '../domain/expected.ts';
import type { Receipt, StackEvent, StepRecord } from '../domain/status.ts';
import { accessRecords } from './access.ts';
import { addressRecords } from './addresses.ts';
import { EVENTS, fromRow, rowKeys, rowsIn, toRow, type Stored } from './entities.ts';
import { statusOf } from './errors.ts';
import type { Page, PageRequest } from './pages.ts';
import { chatRecords } from './links.ts';
import { peopleRecords } from './people.ts';
import type { ImageRecord, OperationRecord, StackRecord } from './records.ts';
import { openRows } from './rows.ts';
import { stackIndex } from './stack-index.ts';

export type { Stored } from './entities.ts';
export type { Page, PageRequest } from './pages.ts';
export type { LinkRecord, Ticket } from './links.ts';
export type { PersonRecord } from './people.ts';
export type { ImageRecord, OperationRecord, StackRecord } from './records.ts';

/** A change of a stack, stored with its event in one transaction. */
export interface Change {
  stack: StackRecord;
  /** The ETag that the stack was read with; undefined for a new stack. */
  etag: string | undefined;
  operation?: OperationRecord;
  event: StackEvent;
  /** An operation that gives way to `operation`. */
  displaced?: { operation: OperationRecord; event: StackEvent };
}

/** Stores stacks, operations and events in one table, with a partition for each stack. */
export function createStore(client: TableClient) {
  const rows = openRows(client);
  const { withTable, read, rowsOf, query, page, keysOf, write } = rows;
  const index = stackIndex(rows);

  return {
    /** The addresses of clusters. */
    addresses: addressRecords(rows),

    /** Requests that were refused because of who sent them. */
    access: accessRecords(rows),

    /** Who signed in. */
    people: peopleRecords(rows),

    /** Who is who in the chats. */
    chat: chatRecords(rows),

    getStack: (name: string) => read<StackRecord>(name, rowKeys.state),

    listStacks: (request: PageRequest) => index.list(request),

    /** The names of all stacks. One that could not be stored may be among them. */
    listStackNames: () => index.names(),

    /** The stacks that the reconciler looks at; `now` is in milliseconds since the epoch. */
    listUnsettledStacks: (now: number) => index.unsettled(now),

    async getOperation(stack: string, id: string): Promise<OperationRecord | undefined> {
      return (await read<OperationRecord>(stack, rowKeys.operation(id)))?.value;
    },

    /** Stores a change; false when the stack was changed since it was read. */
    async commit({ stack, etag, operation, event, displaced }: Change): Promise<boolean> {
      const { name } = stack.spec;
      const state = toRow(name, rowKeys.state, stack);
      const actions: TransactionAction[] = [
        etag === undefined ? ['create', state] : ['update', state, 'Replace', { etag }],
        ...[event, displaced?.event]
          .filter((one) => one !== undefined)
          .map((one): TransactionAction => ['create', eventRow(name, one)]),
        ...[operation, displaced?.operation]
          .filter((one) => one !== undefined)
          .map((one): TransactionAction => [
            'upsert',
            toRow(name, rowKeys.operation(one.id), one),
            'Replace',
          ]),
      ];
      try {
        if (etag === undefined || stack.activeOperation !== undefined) await index.add(stack);
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
      query<StepRecord>(rowsIn(stack, rowKeys.step(operation, ''))),

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

    async putImage(stack: string, image: ImageRecord): Promise<void> {
      const row = toRow(stack, rowKeys.image(image.id), image);
      await withTable((table) => table.upsertEntity(row, 'Replace'));
    },

    listImages: (stack: string) => query<ImageRecord>(rowsIn(stack, rowKeys.image(''))),

    /** Each page is sorted, newest first. */
    async listReceipts(stack: string, request: PageRequest): Promise<Page<Receipt & { operation: string }>> {
      const filter = rowsIn(stack, rowKeys.receipt(''));
      return newestFirst(await page<Receipt & { operation: string }>(filter, request));
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
    async listEvents(stack: string, request: PageRequest): Promise<Page<StackEvent>> {
      return newestFirst(await page<StackEvent>(rowsIn(stack, EVENTS), request));
    },

    /** All operations of a stack. */
    async listOperations(stack: string): Promise<Stored<OperationRecord>[]> {
      const found = await rowsOf(rowsIn(stack, rowKeys.operation('')));
      return found.map((row) => fromRow<OperationRecord>(row));
    },

    /**
     * Deletes the steps of an ended operation, and its plan. The rest of its record stays, so that a repeated request
     * finds it. The record is written last: while it has a plan, it is found again.
     */
    async pruneOperation({ value, etag }: Stored<OperationRecord>): Promise<void> {
      const { stack, id, plan } = value;
      const steps = await keysOf(rowsIn(stack, rowKeys.step(id, '')));
      const short = toRow(stack, rowKeys.operation(id), { ...value, plan: { ...plan, steps: [] } });
      await write([
        ...steps.map((rowKey): TransactionAction => ['delete', { partitionKey: stack, rowKey }]),
        ['update', short, 'Replace', { etag }],
      ]);
    },
  };
}

export type Store = ReturnType<typeof createStore>;

/** The partition of the measured durations; no stack can have this name. */
const MEASURED = '~measured';

const eventRow = (stack: string, event: StackEvent) =>
  toRow(stack, rowKeys.event(Date.parse(event.at), randomUUID().slice(0, 8)), event);

/** Sorts a page, because Cosmos DB does not. */
const newestFirst = <T extends { at: string }>({ items, ...next }: Page<T>): Page<T> => ({
  items: items.sort((a, b) => (a.at < b.at ? 1 : -1)),
  ...next,
});
