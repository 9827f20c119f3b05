import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, sleep } from '../../../local/clock.ts';
import { state } from './app-state.ts';
import { clientOf, eventually, startTestHost } from './harness.ts';
import type { Client, Status } from './harness.ts';

const TWENTY_MINUTES = 1_200_000;
let folder: string;
let database: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-'));
  database = join(folder, 'durable.db');
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('a new host resumes the orchestrations of the previous one', async () => {
  const clock = createClock(1000);
  const first = await startTestHost({ database, clock });
  const start = (name: string, input?: unknown) =>
    first.call<string>('startNew', name, { instanceId: name, input });
  await start('waitingChild');
  await start('timer', TWENTY_MINUTES);
  await start('twoEvents');
  await first.call('raiseEvent', 'twoEvents', 'go', 'before');
  await start('event');
  await eventually(
    () => first.call<Status[]>('getStatusAll'),
    (all) =>
      all.filter(({ customStatus }) => customStatus !== null).length === 2 &&
      all.some(({ instanceId, output }) => instanceId === 'from-a-timer' && output !== null),
  );
  await first.call('suspend', 'event', 'over the restart');
  // Last, because its activities end soon.
  await start('fanOut', { count: 2, milliseconds: 300 });
  await eventually(
    () => state.activitiesRunning,
    (running) => running === 2,
  );
  await first.stop();

  const second = await startTestHost({ database, clock });
  expect(second.recovered).toBe(6);
  expect((await second.status('event')).runtimeStatus).toBe('Suspended');
  await second.call('resume', 'event', 'again');
  await second.call('raiseEvent', 'event', 'go', 'after');
  await second.call('raiseEvent', 'twoEvents', 'go', 'after');
  await second.call('raiseEvent', 'waitingChild-child', 'go', 'to the child');
  expect((await second.finished('event')).output).toBe('after');
  expect((await second.finished('twoEvents')).output).toEqual(['before', 'after']);
  expect((await second.finished('waitingChild')).output).toBe('to the child');
  expect((await second.finished('fanOut')).output).toBe(2);
  const elapsed = (await second.finished('timer')).output as number;
  expect(elapsed).toBeGreaterThanOrEqual(TWENTY_MINUTES);
  await second.stop();

  const third = await startTestHost({ database, clock });
  expect(third.recovered).toBe(0);
  expect((await third.status('twoEvents')).output).toEqual(['before', 'after']);
  await third.stop();
});

test('every orchestration completes with the correct output after repeated kills of the host', async () => {
  let client = await connect((child = spawnHost()));
  const restart = async () => {
    await end('SIGKILL');
    client = await connect((child = spawnHost()));
  };
  const expected = new Map<string, unknown>();
  const start = async (name: string, number: number, output: unknown, input?: unknown) => {
    const instanceId = `${name}-${number}`;
    expected.set(instanceId, output);
    await client.call('startNew', name, { instanceId, input });
  };
  const greetings = ['hello Ada', 'hello Grace', 'hello Barbara'];

  for (let round = 0; round < 3; round += 1) {
    for (let number = 0; number < 5; number += 1) {
      const unique = round * 5 + number;
      await start('children', unique, [greetings, { input: { from: 'parent' } }]);
      await start('fanOut', unique, 3, { count: 3, milliseconds: 15 });
      await start('race', unique, 'timeout', 20_000);
      await start('countdown', unique, `done in countdown-${unique}`, 10);
      await start('failingChild', unique, expect.stringContaining('out of range'));
      await start('event', unique, unique);
    }
    // Different delays kill the host at different steps.
    await sleep(createClock(1000), round * 15_000);
    await restart();
  }
  for (let unique = 0; unique < 15; unique += 1)
    await client.call('raiseEvent', `event-${unique}`, 'go', unique);
  await restart();

  for (const [instanceId, output] of expected)
    expect((await client.finished(instanceId)).output).toEqual(output);
  expect(await end('SIGTERM')).toEqual([0, null]);
});

/** Resolves with the exit code and the signal. */
async function end(signal: NodeJS.Signals): Promise<unknown[]> {
  const exited = once(child!, 'exit');
  child!.kill(signal);
  return exited;
}

const spawnHost = (): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL('host-process.ts', import.meta.url)), database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

async function connect(child: ChildProcess): Promise<Client> {
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const url = line.toString().trim();
  return clientOf({ url, port: Number(new URL(url).port), recovered: 0, stop: () => Promise.resolve() });
}
