import { afterAll, expect } from 'vitest';
import { takeViolations } from './contract.ts';
import { closePlanes } from './embedded.ts';

// Runs for each test file; the modules that it imports are shared by all files of a worker.
afterAll(async () => {
  await closePlanes();
  expect(takeViolations()).toEqual([]);
});
