import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UsageError } from './usage-error.ts';

export interface FolderLock {
  /** Tells the next process that wants the folder where this one listens. */
  note(url: string): void;
  release(): void;
}

/**
 * Locks a folder for this process. SQLite locks a file in it with the operating system, which releases the lock when
 * the process ends in any way.
 * @throws UsageError if another process has it.
 */
export function lockFolder(folder: string): FolderLock {
  const database = new DatabaseSync(join(folder, 'lock.sqlite'));
  const owner = join(folder, 'owner.json');
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    // SQLITE_BUSY
    if ((error as { errcode?: number }).errcode !== 5) throw error;
    throw new UsageError(
      `Another process uses the folder ${folder}: ${ownerOf(owner)}. Use that one, or stop it first, or choose ` +
        'another folder.',
    );
  }
  const write = (url?: string) => writeFileSync(owner, JSON.stringify({ pid: process.pid, url }));
  write();
  return { note: write, release: () => database.close() };
}

function ownerOf(file: string): string {
  const { pid, url } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; url?: string };
  return `process ${pid}${url === undefined ? '' : ` at ${url}`}`;
}
