import type { TestProject } from 'vitest/node';
import { startTables } from '../../local/tables/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the shared table service. Each test file uses its own table. */
    tables: string;
  }
}

/** Starts one Azurite for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const tables = await startTables();
  project.provide('tables', tables.connectionString);
  return () => tables.close();
}
