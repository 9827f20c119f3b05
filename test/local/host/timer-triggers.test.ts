import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClock, sleep } from '../../../local/clock.ts';
import { state } from './app-state.ts';
import { eventually, startTestHost } from './harness.ts';
import type { Client } from './harness.ts';

const HOUR = 3_600_000;
const STARTED = Date.parse('2026-03-01T08:20:00Z');
// An hour passes in three real milliseconds.
const clock = createClock(HOUR / 3, STARTED);
let host: Client;

beforeAll(async () => {
  host = await startTestHost({ clock });
});
afterAll(() => host.stop());

test('a schedule follows the simulated clock, and its runs do not overlap', async () => {
  const sweeps = await eventually(
    () => state.sweeps,
    ({ length }) => length >= 4,
  );
  const next = sweeps.map((sweep) => Date.parse(sweep.next));
  expect(next.every((time) => time % HOUR === 0)).toBe(true);
  expect(next).toEqual([...next].sort((a, b) => a - b));
  expect(next[0]).toBeGreaterThanOrEqual(STARTED + HOUR);
  expect(sweeps[0]).toMatchObject({ isPastDue: false });
  expect(Date.parse(sweeps[1]?.last ?? '')).toBeGreaterThan(STARTED);
  expect(state.maxConcurrentSweeps).toBe(1);
});

test('runOnStartup runs a function once at the start, with a Durable client', async () => {
  expect((await host.finished('from-a-timer')).name).toBe('input');
  expect(state.startups).toBe(1);
});

test('a stopped host runs no timer triggers', async () => {
  await host.stop();
  const fired = state.sweeps.length + state.sweepsRunning;
  await sleep(clock, 10 * HOUR);
  expect(state.sweeps.length).toBe(fired);
});
