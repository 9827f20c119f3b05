import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { TableClient } from '@azure/data-tables';
import type { EventList, StackList } from '../../lib/api/stack.ts';
import { createStore, type Store } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, tableName, type TestPlane } from '../helpers/embedded.ts';
import { stackRecord } from '../helpers/records.ts';
import { startTableProxy, type TableProxy } from '../../local/tables/proxy.ts';

let proxy: TableProxy;
let plane: TestPlane;
let store: Store;
let run: (...words: string[]) => Promise<Run>;

/** More than a page. */
const STACKS = 103;
const names = Array.from({ length: STACKS }, (_, index) => `stack${String(index).padStart(3, '0')}`);

/** A destroyed stack among them is on no page. */
const DESTROYED = names[4] ?? '';
const EVENTS = 230;

const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();

beforeAll(async () => {
  proxy = await startTableProxy(inject('tables'));
  plane = await startPlane({ tables: proxy.connectionString });
  store = createStore(openTable(proxy.connectionString, plane.settings.tableName, plane.azure.credential));
  run = matcha(plane.url);
  for (const [index, name] of names.entries())
    await store.commit({
      stack: stackRecord(name, { phase: name === DESTROYED ? 'Destroyed' : 'Ready', updatedAt: at(index) }),
      etag: undefined,
      event: { at: at(0), kind: 'provision.requested', actor: 'ada', channel: 'api', message: 'event 0' },
    });
  for (let index = 1; index < EVENTS; index++)
    await store.appendEvent('stack000', {
      at: at(index),
      kind: 'secrets.revealed',
      actor: 'ada',
      channel: 'api',
      message: `event ${index}`,
    });
});
afterAll(async () => {
  await plane.close();
  await proxy.close();
});

async function pagesOf<Page extends { continuationToken?: string }>(path: string): Promise<Page[]> {
  const pages: Page[] = [];
  for (let token: string | undefined = ''; token !== undefined; token = pages.at(-1)?.continuationToken) {
    const { status, body } = await plane.api('GET', `${path}${token && `&continuationToken=${token}`}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    pages.push(body as Page);
  }
  return pages;
}

test('pages of stacks have every stack once, in order, and never more than asked for', async () => {
  const pages = await pagesOf<StackList>('/stacks?limit=20');
  const found = pages.flatMap(({ stacks }) => stacks.map(({ name }) => name));
  expect(found).toEqual(names.filter((name) => name !== DESTROYED));
  expect(Math.max(...pages.map(({ stacks }) => stacks.length))).toBeLessThanOrEqual(20);
  expect(pages.length).toBeGreaterThanOrEqual(6);
  const all = await pagesOf<StackList>('/stacks?all=true');
  expect(all.flatMap(({ stacks }) => stacks.map(({ name }) => name))).toEqual(names);
});

test('pages of events have every event once, newest first', async () => {
  const pages = await pagesOf<EventList>('/stacks/stack000/events?limit=50');
  const found = pages.flatMap(({ events }) => events.map(({ message }) => message));
  expect(found).toEqual(Array.from({ length: EVENTS }, (_, index) => `event ${EVENTS - 1 - index}`));
  const [first] = await pagesOf<EventList>('/stacks/stack000/events?');
  expect(first?.events).toHaveLength(100);
});

test('a list reads the index and the rows of its page, and searches no partitions', async () => {
  const paths: string[] = [];
  proxy.fault = ({ path }) => void paths.push(decodeURIComponent(path));
  await plane.api('GET', '/stacks?limit=5');
  proxy.fault = () => undefined;
  // The timer that looks at held stacks may run at the same time.
  const sent = paths.filter((path) => !path.includes('held|'));
  const queries = sent.filter((path) => path.includes('$filter'));
  expect(queries).toHaveLength(1);
  expect(queries[0]).toContain("PartitionKey eq '~index'");
  expect(sent).toHaveLength(6);
});

test('a minute without operations costs one request, however many stacks there are', async () => {
  const paths: string[] = [];
  proxy.fault = ({ path }) => void paths.push(decodeURIComponent(path));
  await expect.poll(() => paths.length, { timeout: 30_000 }).toBeGreaterThan(5);
  proxy.fault = () => undefined;
  expect(paths.filter((path) => !path.includes("PartitionKey eq '~index' and RowKey ge 'held|'"))).toEqual(
    [],
  );
});

test.each([
  ['limit=0', /limit: must be at least 1/],
  ['limit=101', /limit: must be at most 100/],
  ['limit=many', /limit: must be a number/],
  ['continuationToken=', /continuationToken: must not be empty/],
  ['continuationToken=abc', /continuationToken: must be a token/],
  ['continuationToken=%00%F0%9F%8D%B5', /continuationToken: must be a token/],
  ['pages=all', /pages/],
])('a list with ?%s is refused', async (query, cause) => {
  for (const path of ['/stacks', '/stacks/stack000/events', '/stacks/stack000/receipts'])
    expect(await plane.api('GET', `${path}?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', cause: expect.stringMatching(cause) as unknown },
    });
});

test('a token of another list, or a changed one, is refused', async () => {
  const { body } = await plane.api('GET', '/stacks?limit=5');
  const { continuationToken: token = '' } = body as StackList;
  const { query } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { query: string };
  const changed = Buffer.from(JSON.stringify({ query, position: 'AAAA' })).toString('base64url');
  for (const path of [
    `/stacks/stack000/events?continuationToken=${token}`,
    `/stacks?continuationToken=${changed}`,
  ])
    expect(await plane.api('GET', path)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', title: 'The continuation token is not valid.' },
    });
});

test('the command lists all stacks, the newest events, and all on request', async () => {
  const listed = JSON.parse((await run('list', '--json')).stdout) as StackList;
  expect(listed.stacks).toHaveLength(STACKS - 1);

  const newest = await run('events', 'stack000', '--json');
  expect((JSON.parse(newest.stdout) as EventList).events).toHaveLength(100);
  expect(newest.stderr).toContain('`matcha events stack000 --all` lists all.');

  const all = await run('events', 'stack000', '--all', '--json');
  expect((JSON.parse(all.stdout) as EventList).events).toHaveLength(EVENTS);
  expect(all.stderr).toBe('');
});

/** The rows of a table as they are, read without the control plane. */
const rowsOf = (tableName: string) =>
  TableClient.fromConnectionString(inject('tables'), tableName, { allowInsecureConnection: true });

test('the stacks of a table that is older than the index are listed', async () => {
  const older = tableName();
  const client = rowsOf(older);
  await client.createTable();
  for (const name of ['first', 'second'])
    await client.createEntity({
      partitionKey: name,
      rowKey: 'state',
      data: JSON.stringify(stackRecord(name, { activeOperation: `${name}-1` })),
    });
  const own = createStore(openTable(inject('tables'), older, plane.azure.credential));
  const { items } = await own.listStacks({ limit: 10 });
  expect(items.map(({ spec }) => spec.name)).toEqual(['first', 'second']);
  expect(await own.listUnsettledStacks(Date.now())).toHaveLength(2);
});

test('a stack that was announced but never stored is not listed, and can be created later', async () => {
  proxy.fault = ({ path, body }) =>
    path.includes('$batch') && body.includes('provision.requested') ? 503 : undefined;
  const request = { location: 'uksouth', components: ['mlflow'] };
  expect((await plane.api('PUT', '/stacks/aborted', request)).status).toBe(503);
  proxy.fault = () => undefined;
  const index = rowsOf(plane.settings.tableName);
  expect((await index.getEntity('~index', 'stack|aborted')).rowKey).toBe('stack|aborted');
  const listed = async () =>
    (await pagesOf<StackList>('/stacks?')).flatMap(({ stacks }) => stacks.map(({ name }) => name));
  expect(await listed()).not.toContain('aborted');
  expect((await plane.provision('aborted', request)).state).toBe('Succeeded');
  expect(await listed()).toContain('aborted');
});

test('a stack that cannot be announced is not created', async () => {
  proxy.fault = ({ path, body }) =>
    path.includes('$batch') && body.includes('stack|hidden') ? 503 : undefined;
  const { status } = await plane.api('PUT', '/stacks/hidden', {
    location: 'uksouth',
    components: ['mlflow'],
  });
  proxy.fault = () => undefined;
  expect(status).toBe(503);
  expect((await plane.api('GET', '/stacks/hidden')).status).toBe(404);
});

test('the marks of free stacks disappear, and those of held ones stay', async () => {
  const now = Date.parse('2026-06-01T12:00:00Z');
  const ownTable = tableName();
  const own = createStore(openTable(inject('tables'), ownTable, plane.azure.credential));
  const hold = (name: string, minutesAgo: number) => {
    const updatedAt = new Date(now - minutesAgo * 60_000).toISOString();
    return own.commit({
      stack: stackRecord(name, { phase: 'Provisioning', updatedAt, activeOperation: `${name}-1` }),
      etag: undefined,
      event: { at: updatedAt, kind: 'provision.requested', actor: 'ada', channel: 'api', message: '' },
    });
  };
  await Promise.all([hold('long', 500), hold('freed', 500), hold('recent', 1)]);
  for (const name of ['freed', 'recent']) {
    const found = await own.getStack(name);
    if (found === undefined) throw new Error(name);
    const { activeOperation: _, ...free } = found.value;
    const event = {
      at: free.updatedAt,
      kind: 'operation.succeeded',
      actor: 'matcha',
      channel: 'matcha',
      message: '',
    } as const;
    await own.commit({ stack: free, etag: found.etag, event });
  }
  expect((await own.listUnsettledStacks(now)).map(({ spec }) => spec.name)).toEqual(['long']);
  const marks = await Array.fromAsync(
    rowsOf(ownTable).listEntities({ queryOptions: { filter: "RowKey ge 'held|' and RowKey lt 'held}'" } }),
  );
  expect(marks.map(({ rowKey }) => rowKey)).toEqual(['held|long', 'held|recent']);
});
