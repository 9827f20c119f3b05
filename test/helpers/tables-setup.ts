import type { TestProject } from 'vitest/node';
import { startTables } from '../../local/tables/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the table service that all test files share, each with a table of its own. */
    tables: string;
  }
}

/** Starts one Azurite for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const tables = await startTables();
  project.provide('tables', tables.connectionString);
  return () => tables.close();
}
