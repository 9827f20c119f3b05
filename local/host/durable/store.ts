import { DatabaseSync } from 'node:sqlite';
import type { HistoryEvent } from './events.ts';

export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

/** The parent orchestration, and its task id for this sub-orchestration. */
export interface ParentLink {
  instanceId: string;
  executionId: string;
  taskId: number;
}

/** An instance without its history. Times are milliseconds since the epoch. Payloads are JSON strings. */
export interface InstanceRecord {
  instanceId: string;
  name: string;
  version: string | null;
  /** Changes with every `continueAsNew`. */
  executionId: string;
  status: RuntimeStatus;
  createdTime: number;
  lastUpdatedTime: number;
  input: string | null;
  output: string | null;
  customStatus: string | null;
  parent: ParentLink | null;
}

/** An unconsumed message of an instance. */
export interface Message {
  sequence: number;
  event: HistoryEvent;
}

export interface InstanceFilter {
  createdTimeFrom?: number;
  createdTimeTo?: number;
  runtimeStatus?: string[];
  instanceIdPrefix?: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS instances (
    instance_id TEXT PRIMARY KEY, name TEXT, version TEXT, execution_id TEXT, status TEXT,
    created_time REAL, last_updated_time REAL, input TEXT, output TEXT, custom_status TEXT, parent TEXT);
  CREATE INDEX IF NOT EXISTS instances_by_created_time ON instances (created_time);
  CREATE TABLE IF NOT EXISTS history (
    instance_id TEXT, position INTEGER, event TEXT, PRIMARY KEY (instance_id, position)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (sequence INTEGER PRIMARY KEY, instance_id TEXT, event TEXT);
  CREATE INDEX IF NOT EXISTS messages_by_instance ON messages (instance_id, sequence);`;

const RECORD = `instance_id AS instanceId, name, version, execution_id AS executionId, status,
  created_time AS createdTime, last_updated_time AS lastUpdatedTime, input, output,
  custom_status AS customStatus, parent`;

export type Store = ReturnType<typeof openStore>;

/** Opens the store of all instances in a SQLite file; in memory by default. */
export function openStore(file = ':memory:') {
  const database = new DatabaseSync(file);
  // A committed transaction survives a crash of the process, but not a power failure.
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
  const sql = (text: string) => database.prepare(text);
  const save =
    sql(`INSERT OR REPLACE INTO instances VALUES (:instanceId, :name, :version, :executionId, :status,
    :createdTime, :lastUpdatedTime, :input, :output, :customStatus, :parent)`);
  const get = sql(`SELECT ${RECORD} FROM instances WHERE instance_id = ?`);
  const unfinished = sql(
    `SELECT ${RECORD} FROM instances WHERE status IN ('Pending', 'Running', 'Suspended')`,
  );
  const list = sql(`SELECT ${RECORD} FROM instances
    WHERE created_time BETWEEN coalesce(:from, -1e300) AND coalesce(:to, 1e300)
      AND (:statuses IS NULL OR status IN (SELECT value FROM json_each(:statuses)))
      AND substr(instance_id, 1, length(:prefix)) = :prefix
    ORDER BY created_time, instance_id`);
  const history = sql('SELECT event FROM history WHERE instance_id = ? ORDER BY position');
  const append = sql('INSERT INTO history VALUES (?, ?, ?)');
  const messages = sql('SELECT sequence, event FROM messages WHERE instance_id = ? ORDER BY sequence');
  const deliver = sql('INSERT INTO messages (instance_id, event) VALUES (?, ?)');
  const consume = sql('DELETE FROM messages WHERE sequence = ?');
  const clearHistory = sql('DELETE FROM history WHERE instance_id = ?');
  const clearMessages = sql('DELETE FROM messages WHERE instance_id = ?');
  const remove = sql('DELETE FROM instances WHERE instance_id = ?');

  const toRecord = (row: Record<string, unknown>): InstanceRecord => ({
    ...(row as unknown as InstanceRecord),
    parent: row['parent'] === null ? null : (JSON.parse(row['parent'] as string) as ParentLink),
  });

  return {
    /** Runs `work` in one transaction, which is rolled back if it throws. */
    transaction(work: () => void): void {
      database.exec('BEGIN');
      try {
        work();
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    save(record: InstanceRecord): void {
      save.run({ ...record, parent: record.parent && JSON.stringify(record.parent) });
    },
    get(instanceId: string): InstanceRecord | undefined {
      const row = get.get(instanceId);
      return row && toRecord(row);
    },
    unfinished: (): InstanceRecord[] => unfinished.all().map(toRecord),
    /** The matching instances, oldest first. */
    list: (filter: InstanceFilter): InstanceRecord[] =>
      list
        .all({
          from: filter.createdTimeFrom ?? null,
          to: filter.createdTimeTo ?? null,
          statuses: filter.runtimeStatus ? JSON.stringify(filter.runtimeStatus) : null,
          prefix: filter.instanceIdPrefix ?? '',
        })
        .map(toRecord),
    history: (instanceId: string): HistoryEvent[] =>
      history.all(instanceId).map((row) => JSON.parse(row['event'] as string) as HistoryEvent),
    append(instanceId: string, position: number, event: string): void {
      append.run(instanceId, position, event);
    },
    messages: (instanceId: string): Message[] =>
      messages.all(instanceId).map((row) => ({
        sequence: row['sequence'] as number,
        event: JSON.parse(row['event'] as string) as HistoryEvent,
      })),
    /** Returns the sequence number of the message. */
    deliver: (instanceId: string, event: HistoryEvent): number =>
      Number(deliver.run(instanceId, JSON.stringify(event)).lastInsertRowid),
    consume(sequence: number): void {
      consume.run(sequence);
    },
    clearHistory(instanceId: string): void {
      clearHistory.run(instanceId);
    },
    clearMessages(instanceId: string): void {
      clearMessages.run(instanceId);
    },
    purge(instanceId: string): void {
      clearHistory.run(instanceId);
      clearMessages.run(instanceId);
      remove.run(instanceId);
    },
    close(): void {
      database.close();
    },
  };
}
