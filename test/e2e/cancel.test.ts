import { afterAll, beforeAll, expect, test } from 'vitest';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
});
afterAll(() => plane.close());

const begin = () => run('provision', 'demo', '--location', 'uksouth', '--yes', '--no-wait');

test('matcha cancel ends the running operation and says how to go on', async () => {
  await begin();
  const canceled = await run('cancel', 'demo', '--yes');
  expect(canceled).toMatchObject({ code: 0 });
  expect(canceled.stdout).toContain('The provision of demo is canceled.');
  expect(canceled.stdout).toContain('`matcha provision demo`');
  expect((await plane.stack('demo')).operation?.state).toBe('Canceled');
  expect((await run('cancel', 'demo', '--yes')).stdout).toBe('demo is Failed; no operation is running.\n');
});

test('the command that follows a canceled operation fails, and says who canceled it', async () => {
  const following = run('provision', 'demo', '--location', 'uksouth', '--yes');
  await expect.poll(async () => (await plane.stack('demo')).activeOperation).toBeDefined();
  const { activeOperation = '' } = await plane.stack('demo');
  expect((await run('operation', 'cancel', activeOperation, '--yes')).code).toBe(0);
  const { code, stderr } = await following;
  expect(code).toBe(1);
  expect(stderr.match(/OPERATION_CANCELED/g)).toHaveLength(1);
  expect(stderr).toContain('matcha provision demo');
});

test('matcha unlock --force waits until the stack is free', async () => {
  await begin();
  const unlocked = await run('unlock', 'demo', '--force', '--yes');
  expect(unlocked.stderr).toMatch(/Ended by .*: the stack is free/);
  expect(unlocked.stdout).toContain('demo is unlocked; it is Failed.');
  expect((await plane.stack('demo')).activeOperation).toBeUndefined();
});
