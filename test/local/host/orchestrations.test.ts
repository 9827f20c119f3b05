import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createClock } from '../../../local/clock.ts';
import { state } from './app-state.ts';
import { eventually, startTestHost } from './harness.ts';
import type { Client, Status } from './harness.ts';

const DAY = 86_400_000;
let host: Client;

beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());
beforeEach(() => {
  state.flakyCalls = 0;
  state.codeVersion = 1;
  state.greetings = [];
  state.maxConcurrentActivities = 0;
});

const start = (name: string, input?: unknown) => host.call<string>('startNew', name, { input });
const waitingForEvent = (id: string) =>
  eventually(
    () => host.status(id),
    ({ customStatus }) => customStatus !== null,
  );

test('replays of an orchestrator do not repeat its activities', async () => {
  const { output, runtimeStatus } = await host.run('sequence');
  expect([runtimeStatus, output]).toEqual(['Completed', ['hello Ada', 'hello Grace', 'hello Barbara']]);
  expect(state.greetings).toEqual(['Ada', 'Grace', 'Barbara']);
});

test('every JSON value passes through an activity unchanged', async () => {
  const { output } = await host.run('types');
  expect(output).toEqual(['text', 5, 1.5, true, null, { list: [1, 'two'] }, '']);
});

test('activities of a fan-out run concurrently, at most two for each core', async () => {
  const limit = 2 * availableParallelism();
  const { output } = await host.run('fanOut', { count: limit + 3, milliseconds: 30 });
  expect(output).toBe(limit + 3);
  expect(state.maxConcurrentActivities).toBe(limit);
});

test('retries have increasing intervals', async () => {
  const { output } = await host.run('retry');
  expect(output).toMatchObject({ calls: 4, after: 'hello retry' });
  expect((output as { waited: number }).waited).toBeGreaterThanOrEqual(1000 + 2000 + 4000);
});

test('an orchestrator can catch the error of the last attempt', async () => {
  const { output } = await host.run('retryUntilFailure');
  expect(output).toMatchObject({ after: 'hello compensation' });
  expect((output as { error: string }).error).toContain("Activity function 'fail' failed: out of range");
});

test('retries inside a fan-out keep the order of the results', async () => {
  const { output } = await host.run('retryInFanOut');
  const children = ['hello Ada', 'hello Grace', 'hello Barbara'];
  expect(output).toEqual([[4, 'beside', children], 'hello end']);
});

test('an uncaught error fails the orchestration with its message', async () => {
  const { runtimeStatus, output } = await host.run('failing');
  expect(runtimeStatus).toBe('Failed');
  expect(output).toContain(
    "Orchestrator function 'failing' failed: Activity function 'fail' failed: out of range",
  );
});

test('sub-orchestrations return their outputs, also with a custom instance id', async () => {
  const { output, instanceId } = await host.run('children');
  expect(output).toEqual([['hello Ada', 'hello Grace', 'hello Barbara'], { input: { from: 'parent' } }]);
  expect((await host.status(`${instanceId}-child`)).runtimeStatus).toBe('Completed');
});

test('an orchestrator can catch the failure of a sub-orchestration', async () => {
  const { output } = await host.run('failingChild');
  expect(output).toContain(
    "Orchestrator function 'failing' failed: Activity function 'fail' failed: out of range",
  );
});

test('a sub-orchestration continues after its parent is terminated', async () => {
  const parent = await start('waitingChild');
  await eventually(
    () => host.call<Status[]>('getStatusAll'),
    (all) => all.some(({ instanceId }) => instanceId === `${parent}-child`),
  );
  await host.call('terminate', parent, 'no longer needed');
  await host.call('raiseEvent', `${parent}-child`, 'go', 1);
  expect(await host.finished(`${parent}-child`)).toMatchObject({ runtimeStatus: 'Completed', output: 1 });
  expect(await host.status(parent)).toMatchObject({
    runtimeStatus: 'Terminated',
    output: 'no longer needed',
  });
});

test('an orchestrator receives the data of an external event', async () => {
  const id = await start('event');
  await waitingForEvent(id);
  await host.call('raiseEvent', id, 'go', { value: [1] });
  expect(await host.finished(id)).toMatchObject({ output: { value: [1] }, customStatus: 'done' });
});

test('early events are buffered in order', async () => {
  const id = await start('twoEvents');
  await host.call('raiseEvent', id, 'go', 'first');
  await host.call('raiseEvent', id, 'go', 'second');
  expect((await host.finished(id)).output).toEqual(['first', 'second']);
});

test('an event or a timer can win a race', async () => {
  expect((await host.run('race', 1000)).output).toBe('timeout');
  const id = await start('race', 30 * DAY);
  await host.call('raiseEvent', id, 'go', 'event');
  expect((await host.finished(id)).output).toEqual({ event: 'event', after: 'hello race' });
});

test('a custom status above 16 KB of UTF-16 fails the orchestration', async () => {
  expect((await host.run('largeStatus', 8_000)).runtimeStatus).toBe('Completed');
  const { runtimeStatus, output } = await host.run('largeStatus', 9_000);
  expect(runtimeStatus).toBe('Failed');
  expect(output).toContain('must not exceed 16 KB. The current payload size is 18 KB.');
});

test('continueAsNew restarts an instance with a new input and an empty history', async () => {
  const id = await start('countdown', 20);
  expect(await host.finished(id)).toMatchObject({ output: `done in ${id}`, input: 0 });
  expect(state.greetings).toHaveLength(20);
  const { historyEvents } = (await (await fetch(managementUrl(id, 'showHistory=true'))).json()) as Status;
  expect(historyEvents?.filter(({ EventType }) => EventType === 'TaskScheduled')).toEqual([]);
});

test('a non-deterministic change of the code fails a running orchestration', async () => {
  const id = await start('changing');
  await eventually(
    () => state.greetings,
    (greetings) => greetings.length === 1,
  );
  state.codeVersion = 2;
  await host.call('raiseEvent', id, 'go');
  const { runtimeStatus, output } = await host.finished(id);
  expect(runtimeStatus).toBe('Failed');
  expect(output).toContain(
    "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task named 'greet' " +
      "with sequence number 0, but the current orchestration replay instead scheduled an activity task named 'echo'",
  );
});

test('after a failure in Task.all the extension waits for the other tasks', async () => {
  const { output, instanceId } = await host.run('failFast');
  expect(output).toBe('done');
  const { historyEvents = [] } = (await (
    await fetch(managementUrl(instanceId, 'showHistory=true'))
  ).json()) as Status;
  const ofActivities = historyEvents
    .map(({ EventType }) => EventType)
    .filter((type) => type.startsWith('Task'));
  const [slow, next] = [ofActivities.indexOf('TaskCompleted'), ofActivities.lastIndexOf('TaskScheduled')];
  expect(ofActivities).toHaveLength(6);
  expect(slow).toBeLessThan(next);
});

test('a task in two lists is scheduled twice, as by the extension', async () => {
  const id = await start('scheduledTwice');
  await eventually(
    () => state.greetings,
    (greetings) => greetings.length === 2,
  );
  expect(state.greetings).toEqual(['twice', 'twice']);
  await host.call('terminate', id, 'seen');
});

test.each([
  ['unknownActivity', "The function 'nowhere' doesn't exist, is disabled, or is not an activity function."],
  ['http', 'The local host does not support callHttp'],
  ['entity', 'The local host does not support entities'],
])('%s fails the orchestration with a reason', async (name, reason) => {
  const { runtimeStatus, output } = await host.run(name);
  expect(runtimeStatus).toBe('Failed');
  expect(output).toContain(reason);
});

test('two hundred concurrent orchestrations complete', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => host.run('sequence')));
  expect(all.every(({ runtimeStatus }) => runtimeStatus === 'Completed')).toBe(true);
  expect(state.greetings).toHaveLength(600);
});

test('a timer of forty days fires after forty simulated days', async () => {
  await host.stop();
  host = await startTestHost({ clock: createClock(10_000_000) });
  const { output } = await host.run('timer', 40 * DAY);
  expect(output).toBeGreaterThanOrEqual(40 * DAY);
  expect(output).toBeLessThan(80 * DAY);
});

const managementUrl = (id: string, query: string) =>
  `${host.url}/runtime/webhooks/durabletask/instances/${id}?${query}`;
