import { expect, test } from 'vitest';
import { only, scenarioOf, sizeOf } from './scenario.ts';
import { shrink } from './shrink.ts';

test('a scenario is a function of its seed', () => {
  expect(scenarioOf(7)).toEqual(scenarioOf(7));
  expect(scenarioOf(7)).not.toEqual(scenarioOf(8));
});

test('every kind of incident and every request occurs in a hundred seeds', () => {
  const scenarios = Array.from({ length: 100 }, (_, seed) => scenarioOf(seed));
  const incidents = scenarios.flatMap((scenario) => scenario.incidents.map(({ kind }) => kind));
  expect([...new Set(incidents)].sort()).toEqual(['image', 'kill', 'operation', 'request', 'tables']);
  const actions = scenarios.flatMap(({ callers }) => callers.flat());
  const requests = new Set(actions.map(({ method, path }) => `${method} ${path}`));
  expect(requests).toContain('POST /unlock');
  expect(requests).toContain('DELETE ?keepData=true');
  expect(actions.some(({ reuses }) => reuses)).toBe(true);
});

test('a part of a scenario is the same as in the whole', () => {
  const whole = scenarioOf(3);
  const [, second] = whole.callers[0]!;
  expect(only(whole, [1, sizeOf(whole) - 1])).toEqual({
    seed: 3,
    callers: [[second], ...whole.callers.slice(1).map(() => [])],
    incidents: whole.incidents.slice(-1),
  });
});

test('the search for a shorter history finds the parts that break it, within its number of tries', async () => {
  const whole = scenarioOf(3);
  const needed = [2, sizeOf(whole) - 1];
  const [incident] = whole.incidents.slice(-1);
  const action = whole.callers[0]![2]!;
  let tries = 0;
  const breaks = (smaller: typeof whole) => {
    tries += 1;
    const { callers, incidents } = smaller;
    return Promise.resolve(incidents.includes(incident!) && callers.flat().includes(action));
  };
  expect(await shrink(whole, breaks, 1000)).toEqual(needed);
  tries = 0;
  await shrink(whole, breaks, 5);
  expect(tries).toBe(5);
});
