import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildCli } from '../../scripts/build-cli.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built command. */
    command: string;
  }
}

/** Builds the command once for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'matcha-cli-'));
  await buildCli(directory);
  project.provide('command', join(directory, 'matcha.mjs'));
  return () => rm(directory, { recursive: true });
}
