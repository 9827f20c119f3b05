import { TableClient } from '@azure/data-tables';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { startTableProxy, type TableProxy } from '../../local/tables/proxy.ts';

const REQUEST = { location: 'uksouth', components: ['mlflow'] };

let proxy: TableProxy;
let plane: TestPlane;

beforeEach(async () => {
  proxy = await startTableProxy(inject('tables'));
  plane = await startPlane({ tables: proxy.connectionString });
});
afterEach(async () => {
  await plane.close();
  await proxy.close();
});

const whole = { state: 'Succeeded' };

test('a first request that fails does not break the process', async () => {
  proxy.fault = () => 503;
  const { status, body } = await plane.api('GET', '/stacks');
  expect({ status, body }).toMatchObject({ status: 503, body: { code: 'TABLES_UNAVAILABLE' } });
  proxy.fault = () => undefined;
  expect((await plane.api('GET', '/stacks')).status).toBe(200);
});

test('tables that hang are answered for within the time limit', async () => {
  proxy.fault = () => 'hang';
  expect(await plane.api('GET', '/stacks')).toMatchObject({
    status: 503,
    body: { code: 'TABLES_UNAVAILABLE' },
  });
});

test('an outage of many minutes while steps run fails nothing', async () => {
  const { id } = (await plane.api('PUT', '/stacks/demo', REQUEST)).body as OperationView;
  const begun = plane.clock.now();
  proxy.fault = () => (plane.clock.now() < begun + 300_000 ? 503 : undefined);
  expect(await plane.ended(id)).toMatchObject(whole);
  expect((await plane.stack('demo')).phase).toBe('Ready');
});

test('a table that is gone is created again', async () => {
  const { tableName } = plane.settings;
  await plane.api('GET', '/stacks');
  const options = { allowInsecureConnection: true };
  await TableClient.fromConnectionString(inject('tables'), tableName, options).deleteTable();
  expect(await plane.api('GET', '/stacks')).toMatchObject({ status: 200, body: { stacks: [] } });
  expect((await plane.provision('demo', REQUEST)).state).toBe('Succeeded');
});

test('a conflict in the index of the stacks is no internal error', async () => {
  await plane.api('GET', '/stacks');
  let left = 1;
  proxy.fault = ({ path, body }) =>
    (decodeURIComponent(path) + body).includes('held|demo') && left-- > 0 ? 409 : undefined;
  expect(await plane.api('PUT', '/stacks/demo', REQUEST)).toMatchObject({
    status: 409,
    body: { code: 'STACK_CHANGED' },
  });
  expect(await plane.provision('demo', REQUEST)).toMatchObject(whole);
});

test('a damaged row harms no other stack', async () => {
  const { tableName } = plane.settings;
  const options = { allowInsecureConnection: true };
  const table = TableClient.fromConnectionString(inject('tables'), tableName, options);
  await plane.provision('whole', REQUEST);
  await table.createEntity({ partitionKey: 'broken', rowKey: 'state', data: '{"spec":' });
  await table.createEntity({ partitionKey: 'empty', rowKey: 'state', data: '{}' });
  const { status, body } = await plane.api('GET', '/stacks');
  expect(status).toBe(200);
  expect((body as { stacks: { name: string }[] }).stacks.map(({ name }) => name)).toEqual(['whole']);
});

test('a damaged stack does not keep the others from being reconciled', async () => {
  const { tableName } = plane.settings;
  const options = { allowInsecureConnection: true };
  const table = TableClient.fromConnectionString(inject('tables'), tableName, options);
  await plane.api('GET', '/stacks');
  const mark = { name: 'abroken', at: new Date(plane.clock.now()).toISOString() };
  const state = { spec: { name: 'abroken' }, activeOperation: 'abroken-lost' };
  await table.createEntity({ partitionKey: 'abroken', rowKey: 'state', data: JSON.stringify(state) });
  await table.createEntity({ partitionKey: 'abroken', rowKey: 'op|abroken-lost', data: '{"state":' });
  await table.createEntity({ partitionKey: '~index', rowKey: 'held|abroken', data: JSON.stringify(mark) });
  // This operation is recorded and not started, so that only the reconciler can start it.
  proxy.fault = ({ body }) => (body.includes('provision.requested') ? 'lose-answer' : undefined);
  expect((await plane.api('PUT', '/stacks/whole', REQUEST)).status).toBe(503);
  proxy.fault = () => undefined;
  const { activeOperation = '' } = await plane.stack('whole');
  expect(await plane.ended(activeOperation)).toMatchObject(whole);
});
