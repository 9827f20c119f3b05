import { defineConfig } from 'vitest/config';

/** A real API server, which all files share: what the simulated one runs in `npm test`, and what only a real one has. */
export default defineConfig({
  test: {
    name: 'cluster',
    include: ['test/api-server/*.test.ts', 'test/cluster/*.test.ts'],
    globalSetup: ['test/cluster/setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
});
