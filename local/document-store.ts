import { DatabaseSync } from 'node:sqlite';
import { createSortedKeys } from './sorted-keys.ts';

/**
 * The persistent state of a simulated service: JSON documents by key. Every change is written to SQLite immediately,
 * so that it survives a SIGKILL.
 */
export interface Collection<T> {
  get(key: string): T | undefined;
  set(key: string, document: T): void;
  delete(key: string): void;
  /** All documents whose key starts with `prefix`, sorted by key. */
  entries(prefix?: string): [key: string, document: T][];
}

export interface DocumentStore {
  /** The collection of this name. The same name always returns the same collection. */
  collection<T>(name: string): Collection<T>;
  /** Runs `work` in one transaction, which is rolled back if it throws. Calls may nest. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens the store in a SQLite file; in memory by default. */
export function openDocumentStore(file = ':memory:'): DocumentStore {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS documents (
      collection TEXT, key TEXT, document TEXT, PRIMARY KEY (collection, key)) WITHOUT ROWID`);
  const load = database.prepare('SELECT key, document FROM documents WHERE collection = ? ORDER BY key');
  const save = database.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM documents WHERE collection = ? AND key = ?');

  const open = <T>(name: string): Collection<T> => {
    const loaded = load
      .all(name)
      .map((row): [string, T] => [row['key'] as string, JSON.parse(row['document'] as string) as T]);
    const documents = new Map(loaded);
    const keys = createSortedKeys([...documents.keys()]);
    return {
      get: (key) => documents.get(key),
      set(key, document) {
        if (!documents.has(key)) keys.add(key);
        documents.set(key, document);
        save.run(name, key, JSON.stringify(document));
      },
      delete(key) {
        if (!documents.delete(key)) return;
        keys.delete(key);
        remove.run(name, key);
      },
      entries: (prefix = '') => keys.startingWith(prefix).map((key) => [key, documents.get(key) as T]),
    };
  };

  const collections = new Map<string, Collection<unknown>>();
  let depth = 0;
  return {
    collection<T>(name: string) {
      if (!collections.has(name)) collections.set(name, open<unknown>(name));
      return collections.get(name) as Collection<T>;
    },
    transaction(work) {
      if (depth++ === 0) database.exec('BEGIN');
      try {
        const result = work();
        if (--depth === 0) database.exec('COMMIT');
        return result;
      } catch (error) {
        if (--depth === 0) database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
