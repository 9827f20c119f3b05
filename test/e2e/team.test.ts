import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { OWNER, outsideOf } from '../helpers/people.ts';

let plane: TestPlane;
const PIPELINES = '/apis/batch/v1/namespaces/matcha-pipelines/jobs';
/** Azure takes minutes to honor a role. */
const settled = { timeout: 20_000, interval: 50 };

beforeAll(async () => {
  plane = await startPlane();
  await plane.provision('demo', { location: 'uksouth', components: ['registry', 'dvc', 'zenml'] });
});
afterAll(() => plane.close());

test('the owner uploads to the containers of people and lists jobs of pipelines', async () => {
  const { upload, kubernetes } = outsideOf(plane);
  await expect.poll(() => upload(OWNER, 'dvc'), settled).toBe(201);
  await expect.poll(() => upload(OWNER, 'zenml'), settled).toBe(201);
  expect(await kubernetes(OWNER, 'GET', PIPELINES)).toBe(200);
});
