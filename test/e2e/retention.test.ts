import { TableClient } from '@azure/data-tables';
import { expect, inject, test } from 'vitest';
import { pruneRecords } from '../../lib/commands/prune-records.ts';
import type { OperationView, ReceiptList } from '../../lib/api/operation.ts';
import type { EventList } from '../../lib/api/stack.ts';
import { createStore, type Store } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import type { LogEntry } from '../../lib/telemetry/log.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { operationRecord, stackRecord } from '../helpers/records.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REQUEST = { location: 'uksouth', components: ['mlflow'] };

const storeOf = ({ settings, azure }: TestPlane): Store =>
  createStore(openTable(settings.tables, settings.tableName, azure.credential));

/** Runs the timer of every hour of a day. Returns what it logged. */
async function pruneOn(day: number, store: Store): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let hour = 0; hour < 24; hour++) {
    const now = () => day + hour * HOUR;
    const services = { store, now, wallClock: now };
    await pruneRecords({ services, log: (_, entry) => void entries.push(entry) });
  }
  return entries;
}

/** Stores an ended operation of a free stack, with a step. It took a minute. */
async function addOperation(
  store: Store,
  name: string,
  chosenId: string,
  startedAt: number,
): Promise<string> {
  const stack = await store.getStack(name);
  const operation = operationRecord(name, chosenId, {
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(startedAt + 60_000).toISOString(),
  });
  const at = operation.startedAt;
  await store.putStep(name, operation.id, { id: 'cluster', state: 'done', attempts: 1 });
  await store.commit({
    stack: stack?.value ?? stackRecord(name),
    etag: stack?.etag,
    operation,
    event: {
      at,
      kind: 'operation.succeeded',
      actor: 'matcha',
      channel: 'matcha',
      message: chosenId,
      operation: operation.id,
    },
  });
  return operation.id;
}

test('old steps and plans are deleted; what audits and repeated requests need stays', async () => {
  const plane = await startPlane();
  const store = storeOf(plane);
  const put = () => plane.api('PUT', '/stacks/demo', REQUEST, { 'operation-id': 'first' });
  const { id: first } = (await put()).body as OperationView;
  await plane.ended(first);
  const start = Math.ceil(plane.clock.now() / DAY) * DAY;
  const added: string[] = [];
  for (let day = 1; day <= 14; day++)
    added.push(await addOperation(store, 'demo', `update-${day}`, start + day * DAY));
  const stepsOf = async (ids: string[]) => {
    const shown = await Promise.all(ids.map((id) => plane.api('GET', `/operations/${id}`)));
    return shown.map(({ body }) => (body as OperationView).steps.length > 0);
  };

  // The first operation ended up to a day before `start`, and a run of the day is up to a day after it.
  expect(await pruneOn(start + 28 * DAY, store)).toEqual([]);
  expect(await stepsOf([first, ...added])).not.toContain(false);

  expect(await pruneOn(start + 60 * DAY, store)).toEqual([
    { event: 'records.pruned', stack: 'demo', message: 'operations: 5' },
  ]);
  // The newest ten keep their steps, whatever their age.
  expect(await stepsOf([first, ...added].slice(0, 5))).not.toContain(true);
  expect(await stepsOf(added.slice(-10))).not.toContain(false);
  expect(await store.listSteps('demo', first)).toEqual([]);
  expect(await pruneOn(start + 61 * DAY, store)).toEqual([]);

  // A repeated request is answered with the operation that it was, and another with its id is refused.
  expect(await put()).toMatchObject({ status: 202, body: { id: first, state: 'Succeeded', steps: [] } });
  expect(
    await plane.api('PUT', '/stacks/demo', { ...REQUEST, tags: { a: 'b' } }, { 'operation-id': 'first' }),
  ).toMatchObject({ status: 409, body: { code: 'OPERATION_ID_REUSED' } });
  expect((await plane.stack('demo')).activeOperation).toBeUndefined();

  const { id: last } = (await plane.api('DELETE', '/stacks/demo')).body as OperationView;
  const { receipt } = await plane.ended(last);
  await pruneOn(start + 60 * DAY, store);
  expect(await stepsOf([...added, last])).not.toContain(true);
  const { receipts } = (await plane.api('GET', '/stacks/demo/receipts')).body as ReceiptList;
  expect(receipts).toEqual([{ ...receipt, operation: last }]);
  const { events } = (await plane.api('GET', '/stacks/demo/events')).body as EventList;
  expect(events).toHaveLength(2 + added.length + 2);
  await plane.close();
});

test('a run deletes a limited number; later runs continue, also after an error', async () => {
  const plane = await startPlane();
  const store = storeOf(plane);
  const day = Math.ceil(plane.clock.now() / DAY) * DAY;
  for (let index = 0; index < 115; index++)
    await addOperation(store, 'busy', String(index), day - 100 * DAY + index * 60_000);
  await addOperation(store, 'broken', '1', day - 100 * DAY);
  await TableClient.fromConnectionString(inject('tables'), plane.settings.tableName, {
    allowInsecureConnection: true,
  }).createEntity({ partitionKey: 'broken', rowKey: 'op|broken-2', data: '{"id":' });

  const pruned = async () =>
    (await pruneOn(day, store)).filter(({ stack }) => stack === 'busy').map(({ message }) => message);
  expect(await pruned()).toEqual(['operations: 100']);
  expect(await pruned()).toEqual(['operations: 5']);
  expect(await pruneOn(day, store)).toMatchObject([{ event: 'records.retried', stack: 'broken' }]);
  await plane.close();
});

test('a timer deletes them', async () => {
  const plane = await startPlane({ speed: 20_000 });
  const store = storeOf(plane);
  const ids: string[] = [];
  for (let index = 0; index < 11; index++)
    ids.push(await addOperation(store, 'demo', String(index), plane.clock.now() - (50 - index) * DAY));
  await expect
    .poll(async () => (await plane.api('GET', `/operations/${ids[0] ?? ''}`)).body, { timeout: 60_000 })
    .toMatchObject({ state: 'Succeeded', steps: [] });
  await plane.close();
});
