import { defineConfig } from 'vitest/config';

/** The real servers, two at a time: each is several processes, and a laptop has few cores. */
export default defineConfig({
  test: {
    name: 'servers',
    include: ['test/servers/*.test.ts'],
    globalSetup: ['test/servers/setup.ts', 'test/helpers/command-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
});
