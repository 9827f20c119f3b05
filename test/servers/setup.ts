import type { TestProject } from 'vitest/node';
import { environmentsFor, type Environments } from './environments.ts';
import { REQUIREMENTS } from './images.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What is installed: the tools' servers, and the packages of a pipeline. */
    python: Environments<keyof typeof REQUIREMENTS>;
  }
}

const report = (text: string) => process.stdout.write(`servers: ${text}\n`);

/** Installs the tools, or reports why all tests are skipped. */
export default async function setup(project: TestProject): Promise<void> {
  const python = await environmentsFor(REQUIREMENTS, report);
  if ('skip' in python) report(`SKIPPED: ${python.skip}`);
  project.provide('python', python);
}
