import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from './exit.ts';
import type { Terminal } from './terminal.ts';

export const CONFIG_FILE = 'matcha.config.json';

/** Defaults that a team can commit: its server, stack and preset. */
export interface Config {
  server?: string;
  stack?: string;
  preset?: string;
}

const MEMBERS = ['server', 'stack', 'preset'] as const;

/** Reads the file in `directory`; a missing file is an empty one. Throws a usage error when it is invalid. */
export async function readConfig(directory: string): Promise<Config> {
  const content = await readMembers(directory);
  const config: Config = {};
  for (const member of MEMBERS) {
    const value = content[member];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw unusable(`"${member}" must be a string`);
    config[member] = value;
  }
  return config;
}

/** Writes some members and keeps all others. Returns whether anything changed. */
export async function writeConfig(directory: string, changes: Config): Promise<boolean> {
  const before = await readMembers(directory);
  const after = { ...before, ...changes };
  if (JSON.stringify(before) === JSON.stringify(after)) return false;
  await writeFile(join(directory, CONFIG_FILE), `${JSON.stringify(after, null, 2)}\n`);
  return true;
}

/** Writes some members, and says so on stderr. Returns whether anything changed. */
export async function saveConfig(
  { directory, terminal }: { directory: string; terminal: Pick<Terminal, 'err'> },
  changes: Config,
): Promise<boolean> {
  const isChanged = await writeConfig(directory, changes);
  const values = Object.entries(changes).map(([member, value]) => `${member} ${value}`);
  if (isChanged) terminal.err.print([`Wrote ${CONFIG_FILE}: ${values.join(', ')}`]);
  return isChanged;
}

async function readMembers(directory: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(join(directory, CONFIG_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw unusable(error instanceof Error ? error.message : String(error));
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return content as Record<string, unknown>;
    }
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw unusable('it is not a JSON object');
}

const unusable = (reason: string) =>
  usageError(
    `${CONFIG_FILE} cannot be used: ${reason}.`,
    `Correct or delete ${CONFIG_FILE} in this directory.`,
  );
