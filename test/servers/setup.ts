import type { TestProject } from 'vitest/node';
import { environmentFor, type Environment } from './environments.ts';
import { IMAGES, type Tool } from './images.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    environments: Record<Tool, Environment>;
  }
}

const report = (text: string) => process.stdout.write(`servers: ${text}\n`);

/** Installs the tools and reports those that are skipped. */
export default async function setup(project: TestProject): Promise<void> {
  const environments: Partial<Record<Tool, Environment>> = {};
  for (const tool of Object.keys(IMAGES) as Tool[]) {
    const environment = await environmentFor(IMAGES[tool].package, report);
    if ('skip' in environment) report(`SKIPPED ${tool}: ${environment.skip}`);
    else if (environment.note !== '') report(`NOTE ${environment.note}`);
    environments[tool] = environment;
  }
  project.provide('environments', environments as Record<Tool, Environment>);
}
