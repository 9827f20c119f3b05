import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], globalSetup: string[] = []) => ({
  test: { name, include, globalSetup, testTimeout: 120_000, hookTimeout: 120_000 },
});

/**
 * `unit` needs neither network nor processes; `packages` holds the import rules and what each package installs;
 * `local` proves the embedded Azure; `e2e` runs whole operations on it.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    // Whole operations mostly wait for the simulated clock.
    maxWorkers: 2,
    projects: [
      project('unit', [
        'test/*.test.ts',
        'test/{api,domain,components,manifests,orchestrations,cli,azure,kubernetes,functions,pricing,tables}/**/*.test.ts',
      ]),
      project('packages', ['test/packages/**/*.test.ts']),
      project('local', ['test/local/**/*.test.ts']),
      project('e2e', ['test/{e2e,faults}/**/*.test.ts'], ['test/helpers/tables-setup.ts']),
    ],
  },
});
