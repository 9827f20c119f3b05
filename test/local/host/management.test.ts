import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startTestHost } from './harness.ts';
import type { Client, Status } from './harness.ts';

let host: Client;

beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const start = (name: string, options?: object) => host.call<string>('startNew', name, options);
const api = (path: string, init?: RequestInit) =>
  fetch(`${host.url}/runtime/webhooks/durabletask/${path}`, init);
const post = (path: string, body?: string) =>
  api(path, {
    method: 'POST',
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
  });
const reaches = (id: string, status: string) =>
  eventually(
    () => host.status(id),
    ({ runtimeStatus }) => runtimeStatus === status,
  );

test('the response of a start has links to the status of the instance', async () => {
  const response = await fetch(`${host.url}/api/start/sequence`, { method: 'POST' });
  const links = (await response.json()) as Record<string, string>;
  expect(response.status).toBe(202);
  expect(response.headers.get('location')).toBe(links['statusQueryGetUri']);
  expect(links['statusQueryGetUri']).toMatch(
    `${host.url}/runtime/webhooks/durabletask/instances/${links['id'] ?? ''}`,
  );
  const waited = await fetch(`${host.url}/api/wait/${links['id'] ?? ''}`);
  expect([waited.status, await waited.json()]).toEqual([200, ['hello Ada', 'hello Grace', 'hello Barbara']]);
  const finished = await fetch(links['statusQueryGetUri'] ?? '');
  expect([finished.status, ((await finished.json()) as Status).runtimeStatus]).toEqual([200, 'Completed']);
});

test('the status of an unfinished instance is 202 with Location and Retry-After headers', async () => {
  const id = await start('event');
  await reaches(id, 'Running');
  const response = await api(`instances/${id}`);
  expect(response.status).toBe(202);
  expect(response.headers.get('location')).toContain(`instances/${id}`);
  expect(response.headers.get('retry-after')).toBe('5');
  await host.call('terminate', id, 'seen');
});

test('an orchestrator without input receives the empty string of the SDK', async () => {
  expect((await host.run('input')).output).toEqual({ input: '' });
});

test('a suspended instance keeps its messages until it is resumed', async () => {
  const id = await start('twoEvents');
  await reaches(id, 'Running');
  await host.call('suspend', id, 'pause');
  await host.call('raiseEvent', id, 'go', 1);
  await host.call('raiseEvent', id, 'go', 2);
  const { output } = await host.run('sequence');
  expect(output).toHaveLength(3);
  expect((await host.status(id)).runtimeStatus).toBe('Suspended');
  await host.call('resume', id, 'continue');
  expect((await host.finished(id)).output).toEqual([1, 2]);
});

test('a terminated instance stays terminated, with the reason as its output', async () => {
  const id = await start('event');
  await host.call('terminate', id, 'changed my mind');
  expect(await host.status(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'changed my mind' });
  for (const path of ['raiseEvent/go', 'terminate', 'suspend', 'resume'])
    expect((await post(`instances/${id}/${path}`, '1')).status).toBe(410);
});

test('the id of a finished instance can be reused', async () => {
  const instanceId = 'fixed';
  await start('event', { instanceId });
  await reaches(instanceId, 'Running');
  const conflict = await post(`orchestrators/event/${instanceId}`);
  expect([conflict.status, await conflict.json()]).toEqual([
    409,
    { Message: 'An Orchestration instance with the status Running already exists.' },
  ]);
  await expect(start('event', { instanceId })).rejects.toThrow('unexpected status code: 409');
  await host.call('terminate', instanceId, 'make room');
  await start('input', { instanceId, input: 'again' });
  expect((await host.finished(instanceId)).output).toEqual({ input: 'again' });
});

test.each([
  ['x'.repeat(101), 'must not exceed 100 characters'],
  ['a%2Fb', 'must not contain'],
  ['a/b', 'must not contain'],
  ['a%5Cb', 'must not contain'],
  ['a%3Fb', 'must not contain'],
  ['a%23b', 'must not contain'],
  ['@entity', 'must not start with @'],
])('the instance id %s is rejected', async (id, reason) => {
  const response = await post(`orchestrators/event/${id}`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(reason);
});

test.each([
  ['orchestrators/nowhere', undefined, 400],
  ['orchestrators/sequence', '{broken', 400],
  ['instances/unknown/terminate', undefined, 404],
  ['instances/unknown/raiseEvent/go', '1', 404],
  ['entities/counter/a?op=add', '1', 501],
  ['elsewhere', undefined, 404],
])('POST %s with %s returns %i', async (path, body, status) => {
  expect((await post(path, body)).status).toBe(status);
});

test('the SDK throws for an unknown instance', async () => {
  await expect(host.status('unknown')).rejects.toThrow('404');
  await expect(host.call('raiseEvent', 'unknown', 'go')).rejects.toThrow(
    "No instance with ID 'unknown' found.",
  );
});

test('instances are listed by status, creation time and prefix, with or without their input', async () => {
  const running = await start('event', { instanceId: 'list-running', input: { secret: 1 } });
  const done = await start('sequence', { instanceId: 'list-done' });
  await host.finished(done);
  await reaches(running, 'Running');
  const list = async (query: string) =>
    (await (await api(`instances?instanceIdPrefix=list-&${query}`)).json()) as Status[];
  const ids = async (query: string) => (await list(query)).map(({ instanceId }) => instanceId);

  expect(await ids('')).toEqual([running, done]);
  expect(await ids('runtimeStatus=Running,Pending')).toEqual([running]);
  expect(await ids('runtimeStatus=Completed&runtimeStatus=Failed')).toEqual([done]);
  const { createdTime } = await host.status(done);
  const hour = 3_600_000;
  expect(await ids(`createdTimeFrom=${new Date(Date.parse(createdTime) + hour).toISOString()}`)).toEqual([]);
  expect(await ids(`createdTimeTo=${new Date(Date.parse(createdTime) - hour).toISOString()}`)).toEqual([]);
  expect((await list('runtimeStatus=Running')).map(({ input }) => input)).toEqual([{ secret: 1 }]);
  expect((await list('runtimeStatus=Running&showInput=false')).map(({ input }) => input)).toEqual([null]);
  const byStatus = await host.call<Status[]>('getStatusBy', { runtimeStatus: ['Running'] });
  expect(byStatus.map(({ name }) => name)).toContain('event');
  await host.call('terminate', running, 'seen');
});

test('only finished instances can be purged', async () => {
  const id = await start('event');
  expect((await api(`instances/${id}`, { method: 'DELETE' })).status).toBe(412);
  await host.call('terminate', id, 'purge');
  expect(await host.call('purgeInstanceHistory', id)).toEqual({ instancesDeleted: 1 });
  expect(await host.call('purgeInstanceHistory', id)).toEqual({ instancesDeleted: 0 });
  await expect(host.status(id)).rejects.toThrow('404');
});

test('purging by filter keeps running instances', async () => {
  const running = await start('event');
  await host.finished(await start('sequence'));
  expect((await api('instances', { method: 'DELETE' })).status).toBe(400);
  const purged = await api('instances?createdTimeFrom=2000-01-01T00:00:00Z', { method: 'DELETE' });
  expect(((await purged.json()) as { instancesDeleted: number }).instancesDeleted).toBeGreaterThan(0);
  const left = await host.call<Status[]>('getStatusAll');
  expect(left.map(({ instanceId }) => instanceId)).toEqual([running]);
  await host.call('terminate', running, 'seen');
});

test('an instance can be restarted with its input but not rewound', async () => {
  const { instanceId } = await host.run('input', 'original');
  const links = (await (await post(`instances/${instanceId}/restart`)).json()) as { id: string };
  expect(links.id).not.toBe(instanceId);
  expect((await host.finished(links.id)).output).toEqual({ input: 'original' });
  expect((await post(`instances/${instanceId}/rewind`)).status).toBe(412);
  const failed = await host.run('failing');
  expect((await post(`instances/${failed.instanceId}/rewind`)).status).toBe(501);
});

test('the history has event names, and payloads only on request', async () => {
  const { instanceId } = await host.run('sequence');
  const history = async (query: string) =>
    ((await (await api(`instances/${instanceId}?showHistory=true&${query}`)).json()) as Status)
      .historyEvents ?? [];
  const events = await history('');
  expect(events.filter(({ EventType }) => EventType === 'TaskCompleted')).toHaveLength(3);
  expect(events.at(-1)?.EventType).toBe('ExecutionCompleted');
  expect(JSON.stringify(events)).not.toContain('hello Ada');
  expect(JSON.stringify(await history('showHistoryOutput=true'))).toContain('hello Ada');
});
