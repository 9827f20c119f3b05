import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { EventList } from '../../lib/api/stack.ts';
import { pruneRecords } from '../../lib/commands/prune-records.ts';
import { PEOPLE, type LocalPerson } from '../../local/people.ts';
import { startTableProxy, type TableProxy } from '../../local/tables/proxy.ts';
import { startSignedIn, type SignedInPlane } from '../helpers/sign-in.ts';

let proxy: TableProxy;
let plane: SignedInPlane;
/** What was written to rows that exist. An insert names its row in the body only. */
const written: string[] = [];

const WRITTEN_ROW = /^(PUT|PATCH|MERGE|DELETE) (\S*RowKey='\S*')/gm;

beforeAll(async () => {
  proxy = await startTableProxy(inject('tables'));
  proxy.fault = ({ method, path, body }) => {
    const found = `${method} ${path}\n${body}`.matchAll(WRITTEN_ROW);
    for (const [, verb = '', row = ''] of found) written.push(`${verb} ${decodeURIComponent(row)}`);
    return undefined;
  };
  plane = await startSignedIn({ tables: proxy.connectionString });
});
afterAll(async () => {
  await plane.close();
  await proxy.close();
});

const send = async (person: LocalPerson, method: string, path: string, body?: object) =>
  (await plane.api(method, path, body, plane.as(person))).body;

async function ended(operation: unknown): Promise<void> {
  const { id } = operation as OperationView;
  await expect
    .poll(async () => ((await send(PEOPLE.kim, 'GET', `/operations/${id}`)) as OperationView).finishedAt, {
      timeout: 60_000,
    })
    .toBeDefined();
}

const REQUEST = { location: 'uksouth', components: ['mlflow'] };
const by = ({ name, tenant, id }: LocalPerson) => ({
  actor: name,
  actorId: `${tenant}:${id}`,
  channel: 'api',
  correlationId: expect.stringMatching(/./) as string,
});

test('events say who did what, and what changed', async () => {
  const { ada, developer, kim } = PEOPLE;
  const first = (await send(ada, 'PUT', '/stacks/demo', REQUEST)) as OperationView;
  await send(ada, 'POST', `/operations/${first.id}/cancel`);
  await ended(first);
  const second = await send(developer, 'PUT', '/stacks/demo', { ...REQUEST, cluster: { maxNodes: 5 } });
  await send(developer, 'POST', `/operations/${(second as OperationView).id}/cancel`);
  await ended(second);
  await send(kim, 'DELETE', '/stacks/demo');
  await ended(await send(ada, 'DELETE', '/stacks/demo'));

  const { events } = (await send(kim, 'GET', '/stacks/demo/events')) as EventList;
  const found = events
    .toReversed()
    .map(({ at: _, message: _message, operation: _operation, ...event }) => event);
  const [state, next] = [1, 2].map((generation) => (phase: string) => ({ phase, generation }));
  const canceled = (who: LocalPerson) => [
    { kind: 'operation.endRequested', ...by(who) },
    { kind: 'operation.canceled', ...by(who) },
  ];
  expect(found).toMatchObject([
    { kind: 'provision.requested', ...by(ada), after: state?.('Provisioning') },
    ...canceled(ada),
    {
      kind: 'provision.requested',
      ...by(developer),
      before: state?.('Failed'),
      after: next?.('Provisioning'),
      changed: ['cluster.maxNodes: 3 → 5'],
    },
    ...canceled(developer),
    { kind: 'access.refused', ...by(kim) },
    { kind: 'destroy.requested', ...by(ada), before: next?.('Failed'), after: next?.('Destroying') },
    {
      kind: 'operation.succeeded',
      actor: 'matcha',
      channel: 'matcha',
      before: next?.('Destroying'),
      after: next?.('Destroyed'),
    },
  ]);
  expect(found[0]).not.toHaveProperty('before');
});

test('no row of an event is changed or deleted', async () => {
  await pruneRecords({
    services: { store: plane.store, now: () => plane.clock.now() + 40 * 86_400_000, wallClock: Date.now },
    log: () => undefined,
  });
  // It sees writes of rows, single ones and those of a transaction.
  expect(written.some((row) => /^(PUT|PATCH|MERGE) .*RowKey='state'/.test(row))).toBe(true);
  expect(written.some((row) => row.includes("PartitionKey='~people'"))).toBe(true);
  expect(written.filter((row) => row.includes("RowKey='evt|"))).toEqual([]);
});

test('retention deletes old refusals, and nothing else', async () => {
  const before = written.length;
  await pruneRecords({
    services: { store: plane.store, now: () => plane.clock.now() + 100 * 86_400_000, wallClock: Date.now },
    log: () => undefined,
  });
  const events = written.slice(before).filter((row) => row.includes("RowKey='evt|"));
  expect(events.length).toBeGreaterThan(0);
  expect(events.filter((row) => !/^DELETE .*PartitionKey='~access'/.test(row))).toEqual([]);
});
