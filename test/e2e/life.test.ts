import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
});
afterAll(() => plane.close());

const json = async <T>(...words: string[]): Promise<T> => {
  const { code, stdout, stderr } = await run(...words);
  if (code !== 0) throw new Error(`matcha ${words.join(' ')}: ${code}\n${stderr}`);
  return JSON.parse(stdout) as T;
};

const kindsOfEvents = async (name: string): Promise<string[]> => {
  const { body } = await plane.api('GET', `/stacks/${name}/events`);
  return (body as { events: { kind: string }[] }).events.map(({ kind }) => kind);
};

test.each(['default', 'llm'])('the command provisions, reads and destroys a %s stack', async (preset) => {
  const name = `my${preset}`;
  const provisioned = await run('provision', name, '--location', 'uksouth', '--preset', preset, '--yes');
  expect(provisioned).toMatchObject({ code: 0 });
  expect(provisioned.stdout).toMatch(new RegExp(`${name} is ready in`));

  const stack = await json<StackDetail>('status', name, '--json');
  expect(stack).toMatchObject({ phase: 'Ready', preset, generation: 1, observedGeneration: 1 });
  // A verification may run by now.
  const { steps } = await plane.ended(stack.lastOperation ?? '');
  expect(new Set(steps.map(({ state }) => state))).toEqual(new Set(['done']));

  const tracker = await json<unknown>('get', 'experiment-tracker', 'tracking-url', '--output', 'json');
  expect(tracker).toEqual({ 'experiment-tracker': { 'tracking-url': 'http://localhost:5237' } });

  const hidden = await json<Record<string, Record<string, string>>>('get', 'pipeline', '--output', 'json');
  expect(await kindsOfEvents(name)).not.toContain('secrets.revealed');
  const shown = await json<typeof hidden>('get', 'pipeline', '--output', 'json', '--show-sensitive');
  expect(hidden['pipeline']?.['server-password']).toBe('********');
  expect(shown['pipeline']?.['server-password']).toMatch(/^\w{16,}$/);

  expect(await kindsOfEvents(name)).toContain('secrets.revealed');

  const destroyed = await json<OperationView>('destroy', name, '--yes', '--json');
  expect(destroyed.state).toBe('Succeeded');
  expect(destroyed.receipt?.found.length).toBeGreaterThan(5);
  expect(destroyed.receipt?.gone).toEqual(destroyed.receipt?.found);
  expect(destroyed.receipt?.left).toEqual([]);
  expect(plane.azure.inventory()).toEqual([]);
});

test('a destroyed stack is listed with --all, and its name can be reused', async () => {
  await plane.provision('phoenix', { location: 'uksouth', preset: 'default' });
  await run('destroy', 'phoenix', '--yes');
  expect((await run('list')).stdout).not.toMatch(/phoenix/);
  expect((await run('list', '--all')).stdout).toMatch(/phoenix .*Destroyed/);
  expect((await run('events', 'phoenix')).stdout).toMatch(/asked to destroy phoenix/);
  await plane.provision('phoenix', { location: 'northeurope', preset: 'default' });
  expect(await plane.stack('phoenix')).toMatchObject({
    phase: 'Ready',
    location: 'northeurope',
    generation: 2,
  });
});
