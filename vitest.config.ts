import { defineConfig, type UserWorkspaceConfig } from 'vitest/config';

type ProjectConfig = UserWorkspaceConfig['test'];

const project = (name: string, include: string[], options: ProjectConfig = {}) => ({
  // A busy machine is slow.
  test: {
    name,
    include,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    ...options,
  },
});

/** Files share two processes, which load the modules under test once for all of them. */
const shared: ProjectConfig = { isolate: false };

/** Whole operations need tables, the built command and the contract of the API. */
const operations: ProjectConfig = {
  ...shared,
  globalSetup: ['test/helpers/tables-setup.ts', 'test/helpers/command-setup.ts'],
  setupFiles: ['test/helpers/plane-setup.ts'],
};

/**
 * `unit` needs neither network nor processes; `packages` holds the import rules and what each package installs;
 * `local` proves the embedded Azure, and runs on its API server what `npm run test:cluster` runs on a real one; `host` its
 * Functions host, which loads an app of its own in each file; `start` what `npm start` does; `e2e` runs whole operations on
 * it; `callers` has everybody who asks for them: the command, who may do what, and the chats; `faults` runs operations
 * while something fails.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    // Whole operations mostly wait for the simulated clock.
    maxWorkers: 4,
    projects: [
      project(
        'unit',
        [
          'test/*.test.ts',
          'test/{api,chat,slack,domain,components,manifests,orchestrations,cli,azure,kubernetes,functions,pricing,tables,simulation,teams,telemetry}/**/*.test.ts',
        ],
        shared,
      ),
      project('packages', ['test/packages/**/*.test.ts']),
      project(
        'local',
        ['test/local/*.test.ts', 'test/{entra,local/{azure,kubernetes,issuer},api-server}/**/*.test.ts'],
        shared,
      ),
      project('host', ['test/local/host/**/*.test.ts']),
      project('start', ['test/local/start/**/*.test.ts']),
      project('e2e', ['test/e2e/**/*.test.ts'], operations),
      project('callers', ['test/callers/**/*.test.ts'], operations),
      project('faults', ['test/faults/**/*.test.ts'], operations),
    ],
  },
});
